-- CreateEnum
CREATE TYPE "Maß" AS ENUM ('groß', 'kleines Maß');

-- CreateTable
CREATE TABLE "Größe" (
    "id" INTEGER NOT NULL,
    "maß" "Maß",
    "größerId" INTEGER,

    CONSTRAINT "Größe_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Straße" (
    "id" INTEGER NOT NULL,

    CONSTRAINT "Straße_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "_führt zu" (
    "A" INTEGER NOT NULL,
    "B" INTEGER NOT NULL,

    CONSTRAINT "_führt zu_AB_pkey" PRIMARY KEY ("A","B")
);

-- CreateIndex
CREATE INDEX "_führt zu_B_index" ON "_führt zu"("B");

-- AddForeignKey
ALTER TABLE "Größe" ADD CONSTRAINT "Größe_größerId_fkey" FOREIGN KEY ("größerId") REFERENCES "Größe"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "_führt zu" ADD CONSTRAINT "_führt zu_A_fkey" FOREIGN KEY ("A") REFERENCES "Größe"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "_führt zu" ADD CONSTRAINT "_führt zu_B_fkey" FOREIGN KEY ("B") REFERENCES "Straße"("id") ON DELETE CASCADE ON UPDATE CASCADE;
