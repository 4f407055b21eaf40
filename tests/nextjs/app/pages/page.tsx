// app/pages/page.tsx
import Link from "next/link";
import { DataApiError, dataApi } from "../../lib/data-api";
import { Filters, STATUSES } from "./filters";

type Search = { q?: string; status?: string; topic?: string; cursor?: string };

export default async function Pages({ searchParams }: { searchParams: Promise<Search> }) {
  const search = await searchParams;
  const api = await dataApi();
  const { data, error } = await api.GET("/api/v1/pages", {
    params: {
      query: {
        q: search.q || undefined,
        status: STATUSES.filter((status) => status === search.status),
        topicId: search.topic ? [Number(search.topic)] : [],
        cursor: search.cursor,
      },
    },
  });
  if (error) {
    throw new DataApiError(error);
  }
  const at = (cursor: string) => ({ query: { ...search, cursor } });
  return (
    <>
      <h1>Pages</h1>
      <Filters {...search} />
      <ul>
        {data.items.map((page) => (
          <li key={page.id}>
            <Link href={`/pages/${page.id}`}>{page.title}</Link> by {page.author.name ?? "somebody"}
            <small>{[page.status, ...page.topics.map(({ name }) => name)].join(", ")}</small>
          </li>
        ))}
      </ul>
      <nav>
        {data.previousCursor && <Link href={at(data.previousCursor)}>Previous</Link>}
        {data.nextCursor && <Link href={at(data.nextCursor)}>Next</Link>}
      </nav>
    </>
  );
}
