-- Prisma does not manage views, materialised views or partitions.
CREATE VIEW "AuthorStats" AS
SELECT a."id" AS "authorId", COUNT(b."id")::INTEGER AS "books", a."role", array_agg(b."title") AS "tags"
FROM "Author" a LEFT JOIN "Book" b ON b."authorId" = a."id"
GROUP BY a."id";
CREATE VIEW "TitleWords" AS
SELECT regexp_split_to_table("title", ' ') AS "word", COUNT(*) AS "times" FROM "Book" GROUP BY 1;
CREATE MATERIALIZED VIEW "book_totals" AS
SELECT "authorId" AS "id", COUNT(*)::INTEGER AS "total_books", SUM("id") AS "sum", AVG("id") AS "mean" FROM "Book" GROUP BY 1;
CREATE UNIQUE INDEX "book_totals_id" ON "book_totals" ("id");
DROP TABLE "latest_book";
CREATE VIEW "latest_book" AS SELECT "id", "title" FROM "Book" ORDER BY "id" DESC LIMIT 1;
CREATE VIEW "unknown_view" AS SELECT "id", "tags", '{}'::JSONB AS "json" FROM "Book";
DROP TABLE "Event";
CREATE TABLE "Event" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "name" TEXT NOT NULL,
    CONSTRAINT "Event_pkey" PRIMARY KEY ("id", "at")
) PARTITION BY RANGE ("at");
CREATE TABLE "Event_default" PARTITION OF "Event" DEFAULT;
CREATE TABLE "Event_2026" PARTITION OF "Event" FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE FUNCTION refuse() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only; % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
    RETURN NULL; -- never reached
END;
$$;
CREATE TRIGGER keep_rows BEFORE UPDATE OR DELETE ON "LedgerEntry" FOR EACH ROW EXECUTE FUNCTION refuse();
CREATE TRIGGER sometimes BEFORE UPDATE ON "Book" FOR EACH ROW WHEN (NEW."id" < 0) EXECUTE FUNCTION refuse();
CREATE TRIGGER of_a_column BEFORE UPDATE OF "id" ON "Author" FOR EACH ROW EXECUTE FUNCTION refuse();
