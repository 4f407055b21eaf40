-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "kind" AS ENUM ('first', 'second');

-- CreateEnum
CREATE TYPE "kind_class" AS ENUM ('third');

-- CreateTable
CREATE TABLE "author" (
    "id" SERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "pen_names" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "past_places" TEXT[],

    CONSTRAINT "author_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "fund" (
    "id" SERIAL NOT NULL,

    CONSTRAINT "fund_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "fund_class" (
    "id" SERIAL NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "fund_class_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "holding" (
    "id" SERIAL NOT NULL,
    "fund_id" INTEGER NOT NULL,
    "fund_class_id" INTEGER NOT NULL,
    "kind" "kind" NOT NULL DEFAULT 'first',
    "kind_class" "kind_class" NOT NULL DEFAULT 'third',

    CONSTRAINT "holding_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "price" (
    "id" SERIAL NOT NULL,
    "kind" "kind",

    CONSTRAINT "price_pkey" PRIMARY KEY ("id")
);

-- AddForeignKey
ALTER TABLE "holding" ADD CONSTRAINT "holding_fund_id_fkey" FOREIGN KEY ("fund_id") REFERENCES "fund"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "holding" ADD CONSTRAINT "holding_fund_class_id_fkey" FOREIGN KEY ("fund_class_id") REFERENCES "fund_class"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
