// Fastify as its guide shows it: schemas validate what comes in and serialize what goes out.
import Fastify from "fastify";
import { createPage, etagOf, getPage, listPages, shown, updatePage } from "./prisma.mjs";

const text = { type: "string" };
const optional = (kind) => ({ type: [kind, "null"] });
const free = { type: "object", additionalProperties: true };
const page = {
  type: "object",
  properties: {
    id: text, slug: text, title: text, summary: optional("string"), content: free, metadata: { ...free, nullable: true },
    status: text, tags: { type: "array", items: text }, position: { type: "integer" }, viewCount: text,
    rating: optional("string"), authorId: text, lastEditorId: optional("string"), parentId: optional("string"),
    publishedAt: { type: "string", format: "date-time", nullable: true }, createdAt: { type: "string", format: "date-time" },
    updatedAt: { type: "string", format: "date-time" },
  },
};
const list = {
  type: "object",
  properties: { items: { type: "array", items: page }, total: optional("integer"), nextCursor: optional("string") },
};
const create = {
  type: "object",
  required: ["slug", "title", "authorId"],
  properties: {
    slug: text, title: { type: "string", maxLength: 200 }, content: free, tags: { type: "array", items: text }, authorId: text,
  },
};
const update = { type: "object", properties: { title: text, position: { type: "integer" } } };
const query = {
  type: "object",
  properties: {
    status: text, sort: text, cursor: text,
    limit: { type: "integer", minimum: 1, maximum: 100 }, offset: { type: "integer", minimum: 0 },
  },
};

const app = Fastify({ ajv: { customOptions: { coerceTypes: true } } });

app.get("/api/v1/pages", { schema: { querystring: query, response: { 200: list } } }, ({ query }) => listPages(query));

app.get("/api/v1/pages/:id", { schema: { response: { 200: page } } }, async (request, reply) => {
  const found = await getPage(request.params.id);
  if (!found) return reply.code(404).send({ message: "Page not found" });
  reply.header("etag", etagOf(found));
  return request.headers["if-none-match"] === etagOf(found) ? reply.code(304).send() : shown(found);
});

app.post("/api/v1/pages", { schema: { body: create, response: { 201: page } } }, async (request, reply) => {
  reply.code(201);
  return shown(await createPage(request.body));
});

app.patch("/api/v1/pages/:id", { schema: { body: update, response: { 200: page } } }, async (request, reply) => {
  const changed = await updatePage(request.params.id, request.headers["if-match"], request.body);
  if (!changed) return reply.code(412).send({ message: "Page has changed" });
  reply.header("etag", etagOf(changed));
  return shown(changed);
});

app.get("/api/v1/utils/health-check", async () => ({ status: true }));

await app.listen({ port: Number(process.env.PORT), host: "127.0.0.1" });
