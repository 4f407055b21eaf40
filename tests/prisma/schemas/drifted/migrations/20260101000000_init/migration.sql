-- CreateEnum
CREATE TYPE "State" AS ENUM ('NEW', 'OLD', 'FORGOTTEN');

-- CreateEnum
CREATE TYPE "mood_type" AS ENUM ('good mood', 'bad-mood', '');

-- CreateTable
CREATE TABLE "Kept" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL DEFAULT 'old default',
    "count" INTEGER NOT NULL,
    "flag" BOOLEAN NOT NULL,
    "ratio" DECIMAL(5,2) NOT NULL,
    "state" "State" NOT NULL,
    "labels" TEXT[],
    "required" TEXT,
    "optional" TEXT NOT NULL DEFAULT '',
    "behind" TEXT,
    "mood" "mood_type" DEFAULT 'good mood',

    CONSTRAINT "Kept_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_logs" (
    "id" SERIAL NOT NULL,
    "keptId" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_logs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "no_key" (
    "a" TEXT,
    "class" INTEGER
);

-- AddForeignKey
ALTER TABLE "audit_logs" ADD CONSTRAINT "audit_logs_keptId_fkey" FOREIGN KEY ("keptId") REFERENCES "Kept"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- EnableRowLevelSecurity
ALTER TABLE "Kept" ENABLE ROW LEVEL SECURITY;
