-- What Prisma cannot write down, and its users add by hand.
ALTER TABLE "Book"
    ADD COLUMN "search" TSVECTOR GENERATED ALWAYS AS (
        to_tsvector('english', "title" || ' ' || coalesce("sub title", '') || ' ' || coalesce("text", ''))
    ) STORED,
    ADD COLUMN "weighted" TSVECTOR GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', "title"), 'A') || setweight(to_tsvector('pg_catalog.simple', coalesce("shelf", '')), 'B')
    ) STORED,
    ADD COLUMN "mixed" TSVECTOR GENERATED ALWAYS AS (
        to_tsvector('english', "title") || to_tsvector('simple', coalesce("shelf", ''))
    ) STORED;
CREATE INDEX "Book_search_idx" ON "Book" USING GIN ("search");
CREATE INDEX "Book_weighted_idx" ON "Book" USING GIN ("weighted");
