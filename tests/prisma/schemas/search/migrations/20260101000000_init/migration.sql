CREATE EXTENSION IF NOT EXISTS "pg_trgm";

-- CreateTable
CREATE TABLE "Book" (
    "id" TEXT NOT NULL,
    "title" VARCHAR(200) NOT NULL,
    "sub title" TEXT,
    "text" TEXT,
    "shelf" TEXT,
    "spelling" TSVECTOR,

    CONSTRAINT "Book_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Book_title_idx" ON "Book" USING GIN ("title" gin_trgm_ops);

-- CreateIndex
CREATE INDEX "Book_sub title_idx" ON "Book" USING GIN ("sub title" gin_trgm_ops);
