// app/pages/page.tsx
import { dataApi } from "../../lib/data-api.js";

export default async function Pages({ searchParams }: { searchParams: Promise<{ cursor?: string }> }) {
  const { cursor } = await searchParams;
  const api = await dataApi();
  const { data, error } = await api.GET("/api/v1/pages", {
    params: { query: { status: ["PUBLISHED"], limit: 20, ...(cursor && { cursor }) } },
  });
  if (error) {
    throw new Error(`${error.code}: ${error.detail} (${error.requestId})`);
  }
  return (
    <>
      <ul>
        {data.items.map((page) => (
          <li key={page.id}>
            {page.title} by {page.author.name ?? "somebody"}: {page.topics.map(({ name }) => name).join(", ")}
          </li>
        ))}
      </ul>
      {data.nextCursor && <a href={`?cursor=${data.nextCursor}`}>More</a>}
    </>
  );
}
