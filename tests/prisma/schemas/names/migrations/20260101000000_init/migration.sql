-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "Text" AS ENUM ('TITLE', 'title', 'Title', 'mro', 'name', 'value', 'stored', 'count', 'None', 'self', '__dunder__');

-- CreateEnum
CREATE TYPE "status" AS ENUM ('open', 'closed');

-- CreateEnum
CREATE TYPE "Crossed" AS ENUM ('OLD', 'GONE', 'NEW');

-- CreateEnum
CREATE TYPE "Level" AS ENUM ('', '1', '2nd', 'a.b', 'a:b', 'low', 'LOW');

-- CreateEnum
CREATE TYPE "mapped_list" AS ENUM ('first-value', 'second value');

-- CreateEnum
CREATE TYPE "unused" AS ENUM ('a');

-- CreateTable
CREATE TABLE "Reserved" (
    "id" TEXT NOT NULL,
    "metadata" JSONB,
    "registry" TEXT NOT NULL,
    "class" TEXT NOT NULL,
    "lateral" TEXT NOT NULL,
    "collation" TEXT,
    "uuid" UUID NOT NULL,
    "datetime" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "date" DATE NOT NULL,
    "decimal" DECIMAL(10,3) NOT NULL,
    "list" TEXT[],
    "str" TEXT NOT NULL,
    "int" INTEGER NOT NULL,
    "float" DOUBLE PRECISION NOT NULL,
    "bool" BOOLEAN NOT NULL,
    "bytes" BYTEA NOT NULL,
    "dict" JSONB NOT NULL,
    "object" JSONB,
    "__mapper__" TEXT NOT NULL,
    "__tablename__" TEXT,
    "text" "Text" NOT NULL,
    "any" TEXT,
    "type" TEXT,
    "import" TEXT,
    "None" TEXT,
    "self" TEXT,
    "ids" TEXT[],
    "sa" INTEGER,
    "pg" INTEGER,
    "dt" TIMESTAMP(3),
    "relationship" TEXT,
    "mapped_column" TEXT,
    "to_dict" TEXT,
    "userId" TEXT,
    "user_id" TEXT,
    "fieldWithURLInIt" TEXT,
    "HTTPStatus2XX" INTEGER,
    "l" INTEGER,
    "password" TEXT NOT NULL DEFAULT 'secret',
    "quoted" TEXT NOT NULL DEFAULT 'it''s "quoted" \ 
 done',
    "with spaces and-dashes" TEXT,
    "2fa" TEXT,
    "percent" TEXT DEFAULT '100%',
    "status" "status" NOT NULL DEFAULT 'open',
    "Level" "Level",
    "mappedList" "mapped_list"[],
    "crossed" "Crossed" NOT NULL DEFAULT 'OLD',
    "crossings" "Crossed"[] DEFAULT ARRAY['GONE', 'NEW']::"Crossed"[],

    CONSTRAINT "Reserved_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Base" (
    "id" TEXT NOT NULL,
    "reservedId" TEXT NOT NULL,

    CONSTRAINT "Base_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Mapped" (
    "id" SERIAL NOT NULL,
    "baseId" TEXT NOT NULL,
    "tableId" INTEGER,

    CONSTRAINT "Mapped_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Table" (
    "id" SERIAL NOT NULL,

    CONSTRAINT "Table_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "a table, of columns" (
    "id" SERIAL NOT NULL,
    "uuidId" INTEGER,

    CONSTRAINT "a table, of columns_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "UUID" (
    "id" SERIAL NOT NULL,

    CONSTRAINT "UUID_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "_ColumnToTable" (
    "A" INTEGER NOT NULL,
    "B" INTEGER NOT NULL,

    CONSTRAINT "_ColumnToTable_AB_pkey" PRIMARY KEY ("A","B")
);

-- CreateIndex
CREATE UNIQUE INDEX "Base_reservedId_key" ON "Base"("reservedId");

-- CreateIndex
CREATE INDEX "_ColumnToTable_B_index" ON "_ColumnToTable"("B");

-- AddForeignKey
ALTER TABLE "Base" ADD CONSTRAINT "Base_reservedId_fkey" FOREIGN KEY ("reservedId") REFERENCES "Reserved"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Mapped" ADD CONSTRAINT "Mapped_baseId_fkey" FOREIGN KEY ("baseId") REFERENCES "Base"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Mapped" ADD CONSTRAINT "Mapped_tableId_fkey" FOREIGN KEY ("tableId") REFERENCES "Table"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "a table, of columns" ADD CONSTRAINT "a table, of columns_uuidId_fkey" FOREIGN KEY ("uuidId") REFERENCES "UUID"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "_ColumnToTable" ADD CONSTRAINT "_ColumnToTable_A_fkey" FOREIGN KEY ("A") REFERENCES "a table, of columns"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "_ColumnToTable" ADD CONSTRAINT "_ColumnToTable_B_fkey" FOREIGN KEY ("B") REFERENCES "Table"("id") ON DELETE CASCADE ON UPDATE CASCADE;
