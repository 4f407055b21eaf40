-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "Cuid" (
    "id" TEXT NOT NULL,
    "value" TEXT NOT NULL,

    CONSTRAINT "Cuid_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Region" (
    "state" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "ifMatch" TEXT NOT NULL,
    "note" TEXT,

    CONSTRAINT "Region_pkey" PRIMARY KEY ("state","scope","ifMatch")
);

-- CreateTable
CREATE TABLE "CuidDetail" (
    "cuidId" TEXT NOT NULL,
    "note" TEXT NOT NULL,

    CONSTRAINT "CuidDetail_pkey" PRIMARY KEY ("cuidId")
);

-- CreateTable
CREATE TABLE "Cuid2" (
    "id" TEXT NOT NULL,
    "value" TEXT NOT NULL,

    CONSTRAINT "Cuid2_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Uuid" (
    "id" TEXT NOT NULL,
    "value" TEXT NOT NULL,

    CONSTRAINT "Uuid_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Uuid7" (
    "id" UUID NOT NULL,
    "other" UUID NOT NULL,
    "value" TEXT NOT NULL,

    CONSTRAINT "Uuid7_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "DatabaseUuid" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "value" TEXT NOT NULL,

    CONSTRAINT "DatabaseUuid_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Prefixed" (
    "id" TEXT NOT NULL DEFAULT make_id('usr'::text),
    "value" TEXT NOT NULL,

    CONSTRAINT "Prefixed_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Ulid" (
    "id" TEXT NOT NULL,
    "value" TEXT NOT NULL,

    CONSTRAINT "Ulid_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Nanoid" (
    "id" TEXT NOT NULL,
    "short" VARCHAR(8) NOT NULL,
    "value" TEXT NOT NULL,

    CONSTRAINT "Nanoid_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Serial" (
    "id" SERIAL NOT NULL,
    "value" TEXT NOT NULL,

    CONSTRAINT "Serial_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "BigSerial" (
    "id" BIGSERIAL NOT NULL,
    "value" TEXT NOT NULL,

    CONSTRAINT "BigSerial_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "GivenNumber" (
    "id" INTEGER NOT NULL,
    "value" TEXT NOT NULL,

    CONSTRAINT "GivenNumber_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Ticket" (
    "id" TEXT NOT NULL,
    "number" SERIAL NOT NULL,
    "serialId" INTEGER NOT NULL,

    CONSTRAINT "Ticket_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Entry" (
    "book" TEXT NOT NULL,
    "line" SERIAL NOT NULL,
    "text" TEXT NOT NULL,

    CONSTRAINT "Entry_pkey" PRIMARY KEY ("book","line")
);

-- CreateTable
CREATE TABLE "OnlyUnique" (
    "token" TEXT NOT NULL,
    "expires" TIMESTAMP(3) NOT NULL
);

-- CreateTable
CREATE TABLE "OnlyUniqueTogether" (
    "realm" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "value" INTEGER
);

-- CreateTable
CREATE TABLE "Membership" (
    "cuidId" TEXT NOT NULL,
    "serialId" INTEGER NOT NULL,

    CONSTRAINT "Membership_pkey" PRIMARY KEY ("cuidId","serialId")
);

-- CreateTable
CREATE TABLE "MembershipCuid" (
    "id" TEXT NOT NULL,

    CONSTRAINT "MembershipCuid_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "MembershipSerial" (
    "id" SERIAL NOT NULL,

    CONSTRAINT "MembershipSerial_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Owner" (
    "id" TEXT NOT NULL,

    CONSTRAINT "Owner_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Flat" (
    "id" TEXT NOT NULL,
    "ownerId" TEXT,

    CONSTRAINT "Flat_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Reordered" (
    "b" TEXT NOT NULL,
    "a" TEXT NOT NULL,
    "c" TEXT,

    CONSTRAINT "Reordered_pkey" PRIMARY KEY ("a","b")
);

-- CreateTable
CREATE TABLE "Stamped" (
    "id" TEXT NOT NULL,
    "created" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated" TIMESTAMP(3) NOT NULL,
    "both" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "zoned" TIMESTAMPTZ(6) NOT NULL,
    "exact" TIMESTAMP(6) NOT NULL,
    "day" DATE NOT NULL,
    "opens" TIME(3) NOT NULL,
    "given" TIMESTAMPTZ(3) NOT NULL,
    "since" TIMESTAMP(3) NOT NULL DEFAULT '2020-01-01 00:00:00 +00:00',
    "noon" TIMESTAMP(3) NOT NULL DEFAULT '2024-02-29 23:30:00 +05:30',
    "instant" TIMESTAMPTZ(3) NOT NULL DEFAULT '2024-02-29 23:30:00 +05:30',
    "leapDay" DATE NOT NULL DEFAULT '2024-02-29 23:30:00 -05:30',
    "closes" TIME(0) NOT NULL DEFAULT '1970-01-01 23:30:00 +05:30',
    "breaks" TIMESTAMP(3)[] DEFAULT ARRAY['2024-02-29 23:30:00 +05:30']::TIMESTAMP(3)[],
    "maybe" TIMESTAMP(3) DEFAULT CURRENT_TIMESTAMP,
    "began" TIMETZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "shift" TIMETZ(3) NOT NULL,

    CONSTRAINT "Stamped_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "Nanoid_short_key" ON "Nanoid"("short");

-- CreateIndex
CREATE UNIQUE INDEX "Ticket_number_key" ON "Ticket"("number");

-- CreateIndex
CREATE UNIQUE INDEX "OnlyUnique_token_key" ON "OnlyUnique"("token");

-- CreateIndex
CREATE UNIQUE INDEX "OnlyUniqueTogether_realm_name_key" ON "OnlyUniqueTogether"("realm", "name");

-- CreateIndex
CREATE UNIQUE INDEX "Flat_ownerId_key" ON "Flat"("ownerId");

-- AddForeignKey
ALTER TABLE "CuidDetail" ADD CONSTRAINT "CuidDetail_cuidId_fkey" FOREIGN KEY ("cuidId") REFERENCES "Cuid"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Ticket" ADD CONSTRAINT "Ticket_serialId_fkey" FOREIGN KEY ("serialId") REFERENCES "Serial"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Membership" ADD CONSTRAINT "Membership_cuidId_fkey" FOREIGN KEY ("cuidId") REFERENCES "MembershipCuid"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Membership" ADD CONSTRAINT "Membership_serialId_fkey" FOREIGN KEY ("serialId") REFERENCES "MembershipSerial"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Flat" ADD CONSTRAINT "Flat_ownerId_fkey" FOREIGN KEY ("ownerId") REFERENCES "Owner"("id") ON DELETE SET NULL ON UPDATE CASCADE;
