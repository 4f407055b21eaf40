-- What Prisma cannot write down, and its users add by hand.
CREATE UNIQUE INDEX "Article_live_slug" ON "Article" ("slug") WHERE "deletedAt" IS NULL;
CREATE UNIQUE INDEX "Article_published_slug" ON "Article" ("slug") WHERE "status" = 'published' AND "kind" = 'SHORT';
CREATE INDEX "Article_lower_slug" ON "Article" (lower("slug"));
CREATE INDEX "Article_body_time" ON "Article" ((("body" ->> 'time:zone')), "slug" DESC NULLS LAST);
CREATE UNIQUE INDEX "Article_one_null" ON "Article" ("authorId", "title") NULLS NOT DISTINCT;
CREATE INDEX "Article_covering" ON "Article" ("slug") INCLUDE ("title", "status");
CREATE INDEX "Article_filled" ON "Article" ("slug") WITH (fillfactor = 70);
CREATE INDEX "Article_trgm" ON "Article" USING gin (to_tsvector('simple', "title"));
ALTER TABLE "Article" ADD CONSTRAINT "Article_title_check" CHECK ("title" !~ '^ :x');
ALTER TABLE "Article" ADD CONSTRAINT "Article_ratio_check" CHECK ("ratio" IN (0, 1) OR "ratio" < 1) NOT VALID;
ALTER TABLE "Article" ADD CONSTRAINT "Article_status_check" CHECK ("status" IN ('draft', 'published'));
ALTER TABLE "Article" ADD CONSTRAINT "Article_unique" UNIQUE ("code", "token");
COMMENT ON TABLE "Article" IS 'What is read';
COMMENT ON COLUMN "Article"."slug" IS 'Its "name": in the URL';
