// The whole round of a client that openapi-generator generated for fetch, against a served API.
import assert from "node:assert/strict";
import { Configuration, PageStatus, PagesApi, ResponseError, TopicsApi } from "../generated/fetch/index.js";

const configuration = new Configuration({
  basePath: process.env["DATA_API_URL"] ?? "",
  accessToken: process.env["TOKEN"] ?? "",
});
const pages = new PagesApi(configuration);
const topics = new TopicsApi(configuration);

async function refused(call: Promise<unknown>): Promise<[number, string]> {
  const error = await call.then(() => assert.fail("It was not refused."), (error: unknown) => error);
  assert(error instanceof ResponseError);
  return [error.response.status, (await error.response.json()).code];
}

const tag = `fetch-${Date.now()}`;
const topic = await topics.createTopic({ topicCreate: { name: tag } });
const created = await pages.createPage({
  pageCreate: { title: tag, tags: [tag], rating: "4.50", content: { blocks: [1] }, topicIds: [topic.id] },
});
assert.deepEqual([created.topicIds, created.viewCount, created.rating], [[topic.id], "0", "4.50"]);
const listed = await pages.listPages({ tag: [tag], status: [PageStatus.PAGE_STATUS_DRAFT, PageStatus.PAGE_STATUS_PUBLISHED], limit: 2 });
assert.deepEqual(listed.items.map(({ id, createdAt }) => [id, createdAt]), [[created.id, created.createdAt]]);

const pageId = created.id;
const ifMatch = (await pages.getPageRaw({ pageId })).raw.headers.get("ETag") ?? "";
const renamed = await pages.updatePage({ pageId, ifMatch, pageUpdate: { title: "Renamed" } });
assert.deepEqual(await pages.replacePage({ pageId, pageReplace: renamed }), renamed);
const stale = pages.updatePage({ pageId, ifMatch, pageUpdate: { title: "Lost" } });
assert.deepEqual(await refused(stale), [412, "precondition_failed"]);
const wrong = pages.createPage({ pageCreate: { title: "" } });
assert.deepEqual(await refused(wrong), [422, "validation_failed"]);

const batch = await pages.writePages({
  pageBatch: {
    items: [
      { op: "update", id: pageId, position: 3 },
      { op: "create", title: `${tag} 2` },
    ],
  },
});
assert.deepEqual(batch.items.map(({ status, item }) => [status, item?.position]), [[200, 3], [201, 0]]);
const ids = batch.items.flatMap(({ item }) => (item ? [item.id] : []));
await pages.writePages({ pageBatch: { items: ids.map((id) => ({ op: "delete", id })) } });
await topics.deleteTopic({ topicId: topic.id });
assert.deepEqual(await refused(pages.getPage({ pageId })), [404, "not_found"]);
console.log("fetch: the round was made.");
