// Rows that the service wrote, read through Prisma Client, and the other way round.
import assert from "node:assert/strict";
import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "@prisma/client";
import { api } from "../typescript/client.js";

const userId = process.env["USER_ID"] ?? "";
const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: process.env["DATABASE_URL"] ?? "" }) });
const content = { blocks: [{ type: "paragraph", text: "žluťoučký 🐎", level: 1.5, bold: null }] };
const CUID = /^c[a-z0-9]{24}$/;

const topic = await api.POST("/api/v1/topics", { body: { name: `Prisma ${Date.now()}` } });
const { data: written, error } = await api.POST("/api/v1/pages", {
  body: { title: "Written here", content, metadata: { robots: "index" }, tags: ["a", "é, {\"b\"}"], rating: "4.5" },
});
assert(written && topic.data, error?.detail);
await api.PUT("/api/v1/pages/{pageId}/topics", {
  params: { path: { pageId: written.id } },
  body: { topicIds: [topic.data.id] },
});
await api.PATCH("/api/v1/pages/{pageId}", { params: { path: { pageId: written.id } }, body: { title: "Edited" } });
const { data: page } = await api.POST("/api/v1/pages/{pageId}/publish", { params: { path: { pageId: written.id } } });
assert(page);

const row = await prisma.page.findUniqueOrThrow({
  where: { id: page.id },
  include: { topics: true, revisions: true },
});
assert.match(row.id, CUID);
assert.deepEqual(await shown(row.id), page);
assert.deepEqual(row.topics, [topic.data]);
assert.equal(row.revisions.length, 1);
assert.deepEqual([row.revisions[0]?.number, row.revisions[0]?.title], [1, "Written here"]);
assert.deepEqual(row.revisions[0]?.content, content);
assert(row.updatedAt > row.createdAt);

const stored = await prisma.page.create({
  data: {
    slug: `stored-${Date.now()}`,
    title: "Stored by Prisma",
    content,
    tags: ["x", "NULL", ""],
    status: "ARCHIVED",
    viewCount: 9007199254740993n,
    rating: "-0.05",
    publishedAt: new Date("2026-01-31T23:59:59.007Z"),
    parentId: page.id,
    authorId: userId,
    topics: { connect: { id: topic.data.id } },
  },
});
const path = { pageId: stored.id };
const read = await api.GET("/api/v1/pages/{pageId}", { params: { path } });
assert(read.data);
assert.deepEqual(read.data, await shown(stored.id));
assert.deepEqual(read.data.ancestors.map(({ id }) => id), [page.id]);
assert.equal(read.data.viewCount, "9007199254740993");
assert.equal(read.data.publishedAt, "2026-01-31T23:59:59.007Z");
const topics = await api.GET("/api/v1/pages/{pageId}/topics", { params: { path } });
assert.deepEqual(topics.data?.items, [topic.data]);
const children = await api.GET("/api/v1/pages", { params: { query: { parentId: page.id } } });
assert.deepEqual(children.data?.items.map(({ id }) => id), [stored.id]);

const author = await prisma.user.create({ data: { email: `${stored.id}@example.com` } });
const stats = await api.GET("/api/v1/author-stats/{authorId}", { params: { path: { authorId: author.id } } });
assert.deepEqual([stats.data?.pageCount, stats.data?.lastEditedAt], [0, null]);

await api.DELETE("/api/v1/pages/{pageId}", { params: { path } });
assert.equal(await prisma.page.findUnique({ where: { id: stored.id } }), null);
await prisma.page.delete({ where: { id: page.id } });
assert.equal((await api.GET("/api/v1/pages/{pageId}", { params: { path: { pageId: page.id } } })).response.status, 404);
await prisma.user.delete({ where: { id: author.id } });
await prisma.topic.delete({ where: { id: topic.data.id } });
await prisma.$disconnect();
console.log("Prisma Client: both read what the other wrote.");

/** What Prisma reads of a page, and of what belongs to it, as the API shows it. */
async function shown(id: string) {
  const link = { id: true, slug: true, title: true, status: true } as const;
  const page = await prisma.page.findUniqueOrThrow({
    where: { id },
    include: {
      author: { select: { id: true, name: true } },
      topics: { orderBy: { name: "asc" } },
      parent: { select: link },
      children: { select: link, orderBy: { position: "asc" } },
    },
  });
  return {
    author: page.author,
    topics: page.topics,
    topicIds: page.topics.map(({ id }) => id).sort((one, other) => one - other),
    ancestors: page.parent ? [page.parent] : [],
    children: page.children,
    childCount: page.children.length,
    id: page.id,
    slug: page.slug,
    title: page.title,
    summary: page.summary,
    content: page.content,
    metadata: page.metadata,
    status: page.status,
    tags: page.tags,
    position: page.position,
    viewCount: page.viewCount.toString(),
    rating: page.rating?.toFixed(2) ?? null,
    authorId: page.authorId,
    lastEditorId: page.lastEditorId,
    parentId: page.parentId,
    publishedAt: page.publishedAt?.toISOString() ?? null,
    createdAt: page.createdAt.toISOString(),
    updatedAt: page.updatedAt.toISOString(),
  };
}
