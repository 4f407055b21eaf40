-- CreateTable
CREATE TABLE "Clause" (
    "id" INTEGER NOT NULL,
    "title" TEXT NOT NULL DEFAULT '§28',
    "tokenType" TEXT NOT NULL DEFAULT 'Bearer',
    "host" TEXT NOT NULL DEFAULT '0.0.0.0',
    "folder" TEXT NOT NULL DEFAULT '/tmp/clauses',

    CONSTRAINT "Clause_pkey" PRIMARY KEY ("id")
);
