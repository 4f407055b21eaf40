// app/pages/[pageId]/edit/page.tsx
import { readPage } from "../read";
import { EditForm } from "./form";

export default async function Edit({ params }: { params: Promise<{ pageId: string }> }) {
  const { page, etag } = await readPage((await params).pageId);
  return <EditForm pageId={page.id} etag={etag} values={{ title: page.title, summary: page.summary ?? "" }} />;
}
