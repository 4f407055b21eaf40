// What Fastify validates and serializes, whoever asks the database.
const text = { type: "string" };
const optional = (kind) => ({ type: [kind, "null"] });
const free = { type: "object", additionalProperties: true };
const time = { type: "string", format: "date-time" };
const many = (items) => ({ type: "array", items });
const columns = {
  id: text, slug: text, title: text, summary: optional("string"), status: text, tags: many(text), position: { type: "integer" },
  viewCount: text, rating: optional("string"), authorId: text, lastEditorId: optional("string"), parentId: optional("string"),
  publishedAt: { ...time, nullable: true }, createdAt: time, updatedAt: time,
};
const texts = { content: free, metadata: { ...free, nullable: true } };
const related = {
  author: { type: "object", properties: { id: text, name: optional("string") } },
  topics: many({ type: "object", properties: { id: { type: "integer" }, name: text } }),
};
const link = { type: "object", properties: { id: text, slug: text, title: text, status: text } };
const listOf = (item) => ({
  type: "object",
  properties: { items: many(item), total: optional("integer"), nextCursor: optional("string") },
});

export const page = { type: "object", properties: { ...columns, ...texts } };
export const list = listOf(page);
export const nestedPage = { type: "object", properties: { ...columns, ...texts, ...related, ancestors: many(link) } };
export const nestedList = listOf({ type: "object", properties: { ...columns, ...related } });
export const create = {
  type: "object",
  required: ["slug", "title", "authorId"],
  properties: { slug: text, title: { type: "string", maxLength: 200 }, content: free, tags: many(text), authorId: text },
};
export const update = { type: "object", properties: { title: text, position: { type: "integer" } } };
export const query = {
  type: "object",
  properties: {
    status: text, sort: text, cursor: text, id: { ...many(text), maxItems: 100 },
    limit: { type: "integer", minimum: 1, maximum: 100 }, offset: { type: "integer", minimum: 0 },
  },
};
