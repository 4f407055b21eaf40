-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "Kind" AS ENUM ('SHORT', 'long:form');

-- CreateTable
CREATE TABLE "Article" (
    "id" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "title" VARCHAR(50) NOT NULL DEFAULT 'a:b :c ::d',
    "body" JSONB NOT NULL DEFAULT '{"time": "10:30", "on": true}',
    "plain" JSON NOT NULL DEFAULT '[]',
    "opens" TEXT NOT NULL DEFAULT '12:30',
    "at" TIMESTAMP(3) NOT NULL DEFAULT timezone('utc'::text, now()),
    "until" TIMESTAMP(3) NOT NULL DEFAULT (now() + '1 day'::interval),
    "flag" BOOLEAN NOT NULL DEFAULT true,
    "ratio" DOUBLE PRECISION NOT NULL DEFAULT 0.5,
    "minus" INTEGER NOT NULL DEFAULT -1,
    "price" DECIMAL(8,2) NOT NULL DEFAULT 9.99,
    "big" BIGINT NOT NULL DEFAULT 9007199254740993,
    "raw" BYTEA NOT NULL DEFAULT '\x68656c6c6f',
    "day" TIMESTAMP(3) NOT NULL DEFAULT '2020-01-02 03:04:05.678 +00:00',
    "kind" "Kind" NOT NULL DEFAULT 'long:form',
    "kinds" "Kind"[] DEFAULT ARRAY['SHORT', 'long:form']::"Kind"[],
    "tags" TEXT[] DEFAULT ARRAY['x:y']::TEXT[],
    "status" TEXT NOT NULL DEFAULT 'draft',
    "deletedAt" TIMESTAMP(3),
    "authorId" TEXT,
    "token" TEXT NOT NULL DEFAULT md5((random())::text),
    "code" TEXT NOT NULL DEFAULT upper('abc'::text),

    CONSTRAINT "Article_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Article_status_at_idx" ON "Article"("status", "at" DESC);

-- CreateIndex
CREATE INDEX "Article_tags_idx" ON "Article" USING GIN ("tags");

-- CreateIndex
CREATE INDEX "Article_body_idx" ON "Article" USING GIN ("body" jsonb_path_ops);

-- CreateIndex
CREATE INDEX "Article_slug_idx" ON "Article"("slug" text_pattern_ops);

-- CreateIndex
CREATE INDEX "Article_status_idx" ON "Article" USING HASH ("status");

-- CreateIndex
CREATE INDEX "Article_at_idx" ON "Article" USING BRIN ("at");

-- CreateIndex
CREATE UNIQUE INDEX "Article_slug_authorId_key" ON "Article"("slug", "authorId");
