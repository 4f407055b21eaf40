import { z } from "zod";
import { createPage, listPages, shown } from "../../../../prisma.mjs";

const PageQuery = z.object({
  status: z.enum(["DRAFT", "PUBLISHED", "ARCHIVED"]).optional(),
  sort: z.string().optional(),
  cursor: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(100).optional(),
  offset: z.coerce.number().int().min(0).optional(),
});
const PageCreate = z.object({
  slug: z.string(),
  title: z.string().max(200),
  content: z.record(z.string(), z.any()).optional(),
  tags: z.array(z.string()).optional(),
  authorId: z.string(),
});

export async function GET(request) {
  const query = PageQuery.safeParse(Object.fromEntries(request.nextUrl.searchParams));
  if (!query.success) return Response.json({ errors: query.error.issues }, { status: 422 });
  return Response.json(await listPages(query.data));
}

export async function POST(request) {
  const page = PageCreate.safeParse(await request.json());
  if (!page.success) return Response.json({ errors: page.error.issues }, { status: 422 });
  return Response.json(shown(await createPage(page.data)), { status: 201 });
}
