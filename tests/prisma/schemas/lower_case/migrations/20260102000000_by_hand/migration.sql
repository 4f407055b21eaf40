-- Prisma does not manage views.
CREATE VIEW "author_stats" AS SELECT "id" AS "author_id", length("name") AS "letters" FROM "author";
