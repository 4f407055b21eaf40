-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "Color" AS ENUM ('RED', 'dark-blue');

-- CreateTable
CREATE TABLE "Scalar" (
    "id" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "char" CHAR(4) NOT NULL,
    "varchar" VARCHAR(20) NOT NULL,
    "citext" CITEXT NOT NULL,
    "inet" INET NOT NULL,
    "bit" BIT(3) NOT NULL,
    "varbit" VARBIT(8) NOT NULL,
    "xml" XML,
    "uuid" UUID NOT NULL,
    "bool" BOOLEAN NOT NULL,
    "int" INTEGER NOT NULL,
    "small" SMALLINT NOT NULL,
    "oid" OID NOT NULL,
    "big" BIGINT NOT NULL,
    "double" DOUBLE PRECISION NOT NULL,
    "real" REAL NOT NULL,
    "decimal" DECIMAL(65,30) NOT NULL,
    "exact" DECIMAL(20,10) NOT NULL,
    "money" MONEY NOT NULL,
    "stamp" TIMESTAMP(3) NOT NULL,
    "stamp0" TIMESTAMP(0) NOT NULL,
    "stamptz" TIMESTAMPTZ NOT NULL,
    "date" DATE NOT NULL,
    "time" TIME(6) NOT NULL,
    "timetz" TIMETZ(6) NOT NULL,
    "json" JSON NOT NULL,
    "jsonb" JSONB NOT NULL,
    "bytes" BYTEA NOT NULL,
    "today" DATE NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "oclock" TIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Scalar_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Lists" (
    "id" SERIAL NOT NULL,
    "strings" TEXT[],
    "ints" INTEGER[],
    "bigs" BIGINT[],
    "floats" DOUBLE PRECISION[],
    "bools" BOOLEAN[],
    "decimals" DECIMAL(65,30)[],
    "stamps" TIMESTAMP(3)[],
    "dates" DATE[],
    "uuids" UUID[],
    "jsons" JSONB[],
    "bytes" BYTEA[],
    "colors" "Color"[],
    "filled" TEXT[] DEFAULT ARRAY['a', 'b,c', 'd''e']::TEXT[],
    "chosen" "Color"[] DEFAULT ARRAY['RED', 'dark-blue']::"Color"[],
    "none" "Color"[] DEFAULT ARRAY[]::"Color"[],
    "inets" INET[],

    CONSTRAINT "Lists_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Rare" (
    "id" SERIAL NOT NULL,
    "title" TEXT NOT NULL,
    "point" point,
    "box" box,
    "hstore" hstore,
    "interval" interval,
    "range" int4range,
    "span" tstzrange,
    "address" postal_address,
    "search" tsvector,
    "embedding" vector(3),
    "points" point[],
    "email" TEXT,
    "score" INTEGER,
    "identity" SERIAL NOT NULL,
    "slug" TEXT,

    CONSTRAINT "Rare_pkey" PRIMARY KEY ("id")
);
