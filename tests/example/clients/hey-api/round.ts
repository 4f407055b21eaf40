// The whole round of a client that hey-api generated: zod checks each call and answer, TanStack Query makes them.
import assert from "node:assert/strict";
import { MutationObserver, QueryClient } from "@tanstack/react-query";
import {
  createPageMutation,
  createTopicMutation,
  deletePageMutation,
  getPageOptions,
  listPagesInfiniteOptions,
} from "../generated/hey-api/@tanstack/react-query.gen.js";
import { client } from "../generated/hey-api/client.gen.js";
import { deleteTopic, getPage, updatePage } from "../generated/hey-api/sdk.gen.js";
import type { Page } from "../generated/hey-api/types.gen.js";
import { zPage, zPageCreate, zPageItemList, zProblem } from "../generated/hey-api/zod.gen.js";

client.setConfig({ baseUrl: process.env["DATA_API_URL"] ?? "", auth: process.env["TOKEN"] ?? "" });
const queries = new QueryClient();
const tag = `hey-api-${Date.now()}`;

const topic = await new MutationObserver(queries, createTopicMutation()).mutate({ body: { name: tag } });
const created: Page[] = [];
for (const number of [1, 2, 3]) {
  const body = { title: `${tag} ${number}`, tags: [tag], rating: "4.50", topicIds: [topic.id] };
  created.push(await new MutationObserver(queries, createPageMutation()).mutate({ body }));
}
const [first] = created;
assert(first);
assert.deepEqual(zPage.parse(first), first);
assert.deepEqual([first.topics, first.topicIds], [[topic], [topic.id]]);
assert.deepEqual([first.viewCount, first.rating, first.childCount], ["0", "4.50", 0]);

const { pages } = await queries.fetchInfiniteQuery({
  ...listPagesInfiniteOptions({
    query: { tag: [tag], status: ["DRAFT", "PUBLISHED"], createdAfter: "2026-01-31T12:00:00+01:00", limit: 2 },
  }),
  initialPageParam: {},
  getNextPageParam: ({ nextCursor }) => (nextCursor === null ? undefined : { query: { cursor: nextCursor } }),
  pages: 2,
});
for (const page of pages) {
  assert.deepEqual(zPageItemList.parse(page), page);
}
assert.deepEqual(pages.map(({ total }) => total), [3, null]);
assert.deepEqual(
  pages.flatMap(({ items }) => items.map(({ id }) => id)),
  created.map(({ id }) => id).reverse(),
);

const path = { pageId: first.id };
assert.deepEqual(await queries.fetchQuery(getPageOptions({ path })), first);
const etag = (await getPage({ path })).response?.headers.get("ETag") ?? "";
const renamed = await updatePage({ path, headers: { "If-Match": etag }, body: { title: "Renamed" } });
assert.equal(renamed.data?.title, "Renamed");
const lost = await updatePage({ path, headers: { "If-Match": etag }, body: { title: "Lost" } });
assert.deepEqual([lost.response?.status, lost.error?.code], [412, "precondition_failed"]);
assert.equal(zPageCreate.safeParse({ title: "" }).success, false);
const wrong = await updatePage({ path, body: { topicIds: [2147483647] } });
assert(wrong.error?.code === "validation_failed");
assert.deepEqual(zProblem.parse(wrong.error), wrong.error);
assert.deepEqual(wrong.error.errors.map(({ pointer, code }) => [pointer, code]), [["/topicIds/0", "not_found"]]);

for (const { id } of created) {
  await new MutationObserver(queries, deletePageMutation()).mutate({ path: { pageId: id } });
}
await deleteTopic({ path: { topicId: topic.id } });
assert.equal((await getPage({ path })).error?.code, "not_found");
queries.clear();
console.log("hey-api: the round was made.");
