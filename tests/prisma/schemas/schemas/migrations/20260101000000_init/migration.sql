-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "crm";

-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "shop";

-- CreateEnum
CREATE TYPE "Status" AS ENUM ('ON', 'OFF');

-- CreateEnum
CREATE TYPE "shop"."Status" AS ENUM ('open', 'closed');

-- CreateEnum
CREATE TYPE "crm"."Status" AS ENUM ('LEAD', 'CLIENT');

-- CreateTable
CREATE TABLE "users" (
    "id" TEXT NOT NULL,
    "status" "Status" NOT NULL DEFAULT 'ON',

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shop"."users" (
    "id" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "status" "shop"."Status" NOT NULL DEFAULT 'open',
    "statuses" "shop"."Status"[],

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shop"."Item" (
    "id" SERIAL NOT NULL,
    "state" "Status" NOT NULL DEFAULT 'OFF',

    CONSTRAINT "Item_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "crm"."Contact" (
    "id" SERIAL NOT NULL,
    "userId" TEXT,
    "status" "crm"."Status" NOT NULL DEFAULT 'LEAD',

    CONSTRAINT "Contact_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shop"."_ItemToShopUser" (
    "A" INTEGER NOT NULL,
    "B" TEXT NOT NULL,

    CONSTRAINT "_ItemToShopUser_AB_pkey" PRIMARY KEY ("A","B")
);

-- CreateIndex
CREATE UNIQUE INDEX "users_userId_key" ON "shop"."users"("userId");

-- CreateIndex
CREATE INDEX "_ItemToShopUser_B_index" ON "shop"."_ItemToShopUser"("B");

-- AddForeignKey
ALTER TABLE "shop"."users" ADD CONSTRAINT "users_userId_fkey" FOREIGN KEY ("userId") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "crm"."Contact" ADD CONSTRAINT "Contact_userId_fkey" FOREIGN KEY ("userId") REFERENCES "shop"."users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "shop"."_ItemToShopUser" ADD CONSTRAINT "_ItemToShopUser_A_fkey" FOREIGN KEY ("A") REFERENCES "shop"."Item"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "shop"."_ItemToShopUser" ADD CONSTRAINT "_ItemToShopUser_B_fkey" FOREIGN KEY ("B") REFERENCES "shop"."users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
