// Route handlers without a dynamic API are cached at build time unless told otherwise.
export const dynamic = "force-dynamic";

export function GET() {
  return Response.json({ status: true });
}
