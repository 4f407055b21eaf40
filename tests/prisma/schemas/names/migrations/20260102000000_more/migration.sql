-- AlterTable
ALTER TABLE "Reserved" ADD COLUMN "from" TEXT,
ADD COLUMN "archiveAsPDF" BOOLEAN,
ADD COLUMN "teamID" INTEGER,
ADD COLUMN "refresh_token" TEXT,
ADD COLUMN "a1B2" TEXT,
ADD COLUMN "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN "created_at" TIMESTAMP(3),
ADD COLUMN "tAnyToPayload" TEXT;

-- CreateTable
CREATE TABLE "Resource" (
    "id" INTEGER NOT NULL,
    "resource_id" INTEGER,
    "resourceId" INTEGER,
    "reservedID" TEXT,

    CONSTRAINT "Resource_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Payload" (
    "id" TEXT NOT NULL,

    CONSTRAINT "Payload_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Any" (
    "id" INTEGER NOT NULL,

    CONSTRAINT "Any_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Numeric" (
    "id" INTEGER NOT NULL,
    "anyId" INTEGER NOT NULL,

    CONSTRAINT "Numeric_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "remote" (
    "a" INTEGER,
    "b" INTEGER,
    "c" INTEGER NOT NULL,
    "d" INTEGER NOT NULL,

    CONSTRAINT "remote_pkey" PRIMARY KEY ("c","d")
);

-- CreateTable
CREATE TABLE "_AnyToPayload" (
    "A" INTEGER NOT NULL,
    "B" TEXT NOT NULL,

    CONSTRAINT "_AnyToPayload_AB_pkey" PRIMARY KEY ("A","B")
);

-- CreateIndex
CREATE INDEX "_AnyToPayload_B_index" ON "_AnyToPayload"("B");

-- AddForeignKey
ALTER TABLE "Resource" ADD CONSTRAINT "Resource_resource_id_fkey" FOREIGN KEY ("resource_id") REFERENCES "Resource"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Resource" ADD CONSTRAINT "Resource_reservedID_fkey" FOREIGN KEY ("reservedID") REFERENCES "Reserved"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Numeric" ADD CONSTRAINT "Numeric_anyId_fkey" FOREIGN KEY ("anyId") REFERENCES "Any"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "remote" ADD CONSTRAINT "remote_a_b_fkey" FOREIGN KEY ("a", "b") REFERENCES "remote"("c", "d") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "remote" ADD CONSTRAINT "remote_a_fkey" FOREIGN KEY ("a") REFERENCES "Numeric"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "_AnyToPayload" ADD CONSTRAINT "_AnyToPayload_A_fkey" FOREIGN KEY ("A") REFERENCES "Any"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "_AnyToPayload" ADD CONSTRAINT "_AnyToPayload_B_fkey" FOREIGN KEY ("B") REFERENCES "Payload"("id") ON DELETE CASCADE ON UPDATE CASCADE;
