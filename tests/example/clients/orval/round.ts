// The whole round of a client that orval generated: react-query makes the calls, zod checks each answer.
import assert from "node:assert/strict";
import { MutationObserver, QueryClient } from "@tanstack/react-query";
import {
  type Page,
  PageStatus,
  createTopic,
  deleteTopic,
  getCreatePageMutationOptions,
  getDeletePageMutationOptions,
  getGetPageQueryOptions,
  getListPagesQueryOptions,
  getPage,
  getUpdatePageMutationOptions,
} from "../generated/orval/api.js";
import {
  CreatePageBody,
  CreatePageResponse,
  GetPageResponse,
  ListPagesResponse,
  UpdatePageResponse,
} from "../generated/orval/schemas.js";

const queries = new QueryClient();
const tag = `orval-${Date.now()}`;

const topic = await createTopic({ name: tag });
assert(topic.status === 201);
const created: Page[] = [];
for (const number of [1, 2, 3]) {
  const data = { title: `${tag} ${number}`, tags: [tag], rating: "4.50", topicIds: [topic.data.id] };
  const page = await new MutationObserver(queries, getCreatePageMutationOptions()).mutate({ data });
  assert(page.status === 201);
  assert.deepEqual(CreatePageResponse.parse(page.data), page.data);
  created.push(page.data);
}
const [first] = created;
assert(first);
assert.deepEqual([first.topics, first.topicIds], [[topic.data], [topic.data.id]]);
assert.deepEqual([first.viewCount, first.rating, first.childCount], ["0", "4.50", 0]);

const seen: string[] = [];
let cursor: string | null = null;
do {
  const list: Awaited<ReturnType<typeof listed>> = await listed(cursor);
  assert.deepEqual(ListPagesResponse.parse(list), list);
  seen.push(...list.items.map(({ id }) => id));
  cursor = list.nextCursor;
} while (cursor !== null);
assert.deepEqual(seen, created.map(({ id }) => id).reverse());

async function listed(cursor: string | null) {
  const status = [PageStatus.PAGE_STATUS_DRAFT, PageStatus.PAGE_STATUS_PUBLISHED];
  const options = getListPagesQueryOptions({ tag: [tag], status, limit: 2, ...(cursor !== null && { cursor }) });
  const list = await queries.fetchQuery(options);
  assert(list.status === 200);
  return list.data;
}

const read = await queries.fetchQuery(getGetPageQueryOptions(first.id));
assert(read.status === 200);
assert.deepEqual(GetPageResponse.parse(read.data), first);
const headers = { "If-Match": read.headers.get("ETag") ?? "" };
const update = new MutationObserver(queries, getUpdatePageMutationOptions());
const renamed = await update.mutate({ pageId: first.id, headers, data: { title: "Renamed" } });
assert(renamed.status === 200);
assert.equal(UpdatePageResponse.parse(renamed.data).title, "Renamed");
const lost = await update.mutate({ pageId: first.id, headers, data: { title: "Lost" } });
assert(lost.status === 412);
assert.equal(lost.data.code, "precondition_failed");
assert.equal(CreatePageBody.safeParse({ title: "" }).success, false);
const wrong = await update.mutate({ pageId: first.id, data: { title: "" } });
assert(wrong.status === 422);
assert.deepEqual(wrong.data.errors.map(({ pointer, code }) => [pointer, code]), [["/title", "too_short"]]);

for (const { id } of created) {
  const gone = await new MutationObserver(queries, getDeletePageMutationOptions()).mutate({ pageId: id });
  assert.equal(gone.status, 204);
}
assert.equal((await deleteTopic(topic.data.id)).status, 204);
const gone = await getPage(first.id);
assert(gone.status === 404);
assert.equal(gone.data.code, "not_found");
queries.clear();
console.log("orval: the round was made.");
