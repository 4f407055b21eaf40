// What Fastify's and Next.js' routes share: Prisma's client, and the queries as Prisma's documentation writes them.
import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "@prisma/client";

// Next.js may load this module twice: https://www.prisma.io/docs/guides/nextjs
export const prisma = (globalThis.prisma ??= new PrismaClient({
  adapter: new PrismaPg({ connectionString: process.env.DATABASE_URL, max: Number(process.env.POOL) }),
}));

export async function listPages({ status, sort = "-createdAt", limit = 20, offset = 0, cursor }) {
  const where = status ? { status } : {};
  const direction = sort.startsWith("-") ? "desc" : "asc";
  const orderBy = [{ [sort.replace("-", "")]: direction }, { id: direction }];
  if (cursor) {
    const items = await prisma.page.findMany({ where, orderBy, take: limit, skip: 1, cursor: { id: cursor } });
    return { items: items.map(shown), total: null, nextCursor: items.at(-1)?.id ?? null };
  }
  const [items, total] = await Promise.all([
    prisma.page.findMany({ where, orderBy, take: limit, skip: offset }),
    prisma.page.count({ where }),
  ]);
  return { items: items.map(shown), total, nextCursor: items.at(-1)?.id ?? null };
}

export const getPage = (id) => prisma.page.findUnique({ where: { id } });

export const createPage = (data) => prisma.page.create({ data });

/** The page after the change; null where it has changed since `etag`. */
export async function updatePage(id, etag, data) {
  const [page] = await prisma.page.updateManyAndReturn({ where: { id, updatedAt: new Date(Number(etag.slice(1, -1))) }, data });
  return page ?? null;
}

export const etagOf = (page) => `"${page.updatedAt.getTime()}"`;

/** JSON has no bigint. */
export const shown = (page) => ({ ...page, viewCount: page.viewCount.toString() });
