import { z } from "zod";
import { etagOf, getPage, shown, updatePage } from "../../../../../prisma.mjs";

const PageUpdate = z.object({ title: z.string().max(200).optional(), position: z.int().optional() });

export async function GET(request, { params }) {
  const page = await getPage((await params).id);
  if (!page) return Response.json({ message: "Page not found" }, { status: 404 });
  const headers = { etag: etagOf(page) };
  if (request.headers.get("if-none-match") === headers.etag) return new Response(null, { status: 304, headers });
  return Response.json(shown(page), { headers });
}

export async function PATCH(request, { params }) {
  const change = PageUpdate.safeParse(await request.json());
  if (!change.success) return Response.json({ errors: change.error.issues }, { status: 422 });
  const page = await updatePage((await params).id, request.headers.get("if-match"), change.data);
  if (!page) return Response.json({ message: "Page has changed" }, { status: 412 });
  return Response.json(shown(page), { headers: { etag: etagOf(page) } });
}
