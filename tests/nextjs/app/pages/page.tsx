// app/pages/page.tsx
import Form from "next/form";
import Link from "next/link";
import { DataApiError, dataApi } from "@/lib/data-api";

const STATUSES = ["DRAFT", "PUBLISHED", "ARCHIVED"] as const;
type Search = { q?: string; status?: string; topicId?: string; cursor?: string };

export default async function Pages({ searchParams }: { searchParams: Promise<Search> }) {
  const search = await searchParams;
  const topicId = Number(search.topicId);
  const api = await dataApi();
  const { data, error } = await api.GET("/api/v1/pages", {
    params: {
      query: {
        q: search.q || undefined,
        status: STATUSES.filter((status) => status === search.status),
        topicId: topicId > 0 ? [topicId] : [],
        cursor: search.cursor,
      },
    },
  });
  if (error) {
    throw new DataApiError(error);
  }
  return (
    <>
      <Form action="/pages">
        <input name="q" type="search" defaultValue={search.q} aria-label="Search" />
        <select name="status" defaultValue={search.status} aria-label="Status">
          <option value="">any</option>
          {STATUSES.map((status) => (
            <option key={status}>{status}</option>
          ))}
        </select>
        <button>Filter</button>
      </Form>
      <ul>
        {data.items.map(({ id, title, status, author, topics }) => (
          <li key={id}>
            <Link href={`/pages/${id}`}>{title}</Link> <em>{status}</em> by {author.name ?? "somebody"}{" "}
            {topics.map((topic) => (
              <Link key={topic.id} href={{ query: { topicId: topic.id } }} className="topic">
                {topic.name}
              </Link>
            ))}
          </li>
        ))}
      </ul>
      {data.previousCursor && <Link href={{ query: { ...search, cursor: data.previousCursor } }}>Previous</Link>}{" "}
      {data.nextCursor && <Link href={{ query: { ...search, cursor: data.nextCursor } }}>Next</Link>}
    </>
  );
}
