// Fastify as its guide shows it: schemas validate what comes in and serialize what goes out.
import Fastify from "fastify";
import * as nested from "./nested.mjs";
import { createPage, etagOf, getPage, listPages, shown, updatePage } from "./prisma.mjs";
import { create, list, nestedList, nestedPage, page, query, update } from "./shapes.mjs";

const app = Fastify({ ajv: { customOptions: { coerceTypes: "array" } } });

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

app.get("/api/v1/nested/pages", { schema: { querystring: query, response: { 200: nestedList } } }, ({ query }) =>
  nested.listPages(query));

app.get("/api/v1/nested/pages/:id", { schema: { response: { 200: nestedPage } } }, async (request, reply) => {
  const found = await nested.getPage(request.params.id);
  if (!found) return reply.code(404).send({ message: "Page not found" });
  return reply.header("etag", etagOf(found)).send(found);
});

app.get("/api/v1/utils/health-check", async () => ({ status: true }));

await app.listen({ port: Number(process.env.PORT), host: "127.0.0.1" });
