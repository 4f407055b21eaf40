// The whole round of a typed client against a served API.
import assert from "node:assert/strict";
import { api } from "./client.js";

const userId = process.env["USER_ID"] ?? "";
const tag = `round-${Date.now()}`;

const topic = await api.POST("/api/v1/topics", { body: { name: tag } });
assert(topic.data, topic.error?.detail);
const topicIds = [topic.data.id];

const created = [];
for (const number of [1, 2, 3, 4, 5]) {
  const { data, error, response } = await api.POST("/api/v1/pages", {
    body: {
      title: `${tag} ${number}`,
      tags: [tag],
      rating: "4.50",
      content: { blocks: [{ type: "paragraph" }] },
      topicIds,
    },
  });
  assert(data, error?.detail);
  assert.deepEqual([data.topics, data.topicIds], [[topic.data], topicIds]);
  assert.deepEqual([data.viewCount, data.rating, data.childCount], ["0", "4.50", 0]);
  assert.equal(response.headers.get("Location"), `/api/v1/pages/${data.id}`);
  created.push(data);
}

const seen: string[] = [];
let cursor: string | null = null;
do {
  const { data, error }: Awaited<ReturnType<typeof list>> = await list(cursor);
  assert(data, error?.detail);
  seen.push(...data.items.map((page) => page.id));
  cursor = data.nextCursor;
} while (cursor !== null);
assert.deepEqual(seen, created.map((page) => page.id).reverse());

function list(cursor: string | null) {
  return api.GET("/api/v1/pages", {
    params: { query: { tag: [tag], status: ["DRAFT", "PUBLISHED"], limit: 2, ...(cursor !== null && { cursor }) } },
  });
}

const [first] = created;
assert(first);
const read = await api.GET("/api/v1/page-slugs/{slug}", { params: { path: { slug: first.slug } } });
assert.deepEqual(read.data, first);
assert.equal(read.data.authorId, userId);
const etag = read.response.headers.get("ETag") ?? "";

const unchanged = await api.GET("/api/v1/pages/{pageId}", {
  params: { path: { pageId: first.id }, header: { "If-None-Match": etag } },
});
assert.equal(unchanged.response.status, 304);

const same = await api.PUT("/api/v1/pages/{pageId}", {
  params: { path: { pageId: first.id }, header: { "If-Match": etag } },
  body: read.data,
});
assert.deepEqual([same.data, same.response.headers.get("ETag")], [read.data, etag]);
const moved = await api.PATCH("/api/v1/pages", {
  body: { items: created.map(({ id }, place) => ({ op: "update" as const, id, position: created.length - place })) },
});
assert.deepEqual(moved.data?.items.map(({ item }) => item?.position), created.map((_, place) => created.length - place));
const back = await api.PATCH("/api/v1/pages", {
  body: { items: created.map(({ id, position }) => ({ op: "update" as const, id, position })) },
});
assert.equal(back.response.status, 200);

function rename(title: string) {
  return api.PATCH("/api/v1/pages/{pageId}", {
    params: { path: { pageId: first?.id ?? "" }, header: { "If-Match": etag } },
    body: { title },
  });
}
assert.equal((await rename("Renamed")).data?.title, "Renamed");
assert.equal((await rename("Lost")).error?.code, "precondition_failed");

const lost = await api.DELETE("/api/v1/pages/{pageId}", {
  params: { path: { pageId: first.id }, header: { "If-Match": etag } },
});
assert.equal(lost.error?.code, "precondition_failed");
const wrong = await api.POST("/api/v1/pages", { body: { title: "", slug: "Not a slug" } });
assert(wrong.error?.code === "validation_failed");
assert.deepEqual(wrong.error.errors.map(({ pointer }) => pointer ?? "").sort(), ["/slug", "/title"]);

const published = await api.POST("/api/v1/pages/{pageId}/publish", { params: { path: { pageId: first.id } } });
assert.equal(published.data?.status, "PUBLISHED");
const again = await api.POST("/api/v1/pages/{pageId}/restore", { params: { path: { pageId: first.id } } });
assert(again.error?.code === "illegal_transition");
assert.deepEqual(again.error.allowed, ["unpublish", "archive"]);

for (const page of created) {
  const { response } = await api.DELETE("/api/v1/pages/{pageId}", { params: { path: { pageId: page.id } } });
  assert.equal(response.status, 204);
}
await api.DELETE("/api/v1/topics/{topicId}", { params: { path: { topicId: topic.data.id } } });
const gone = await api.GET("/api/v1/pages/{pageId}", { params: { path: { pageId: first.id } } });
assert.equal(gone.error?.code, "not_found");
console.log("TypeScript: the round was made.");
