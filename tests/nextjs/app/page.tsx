// app/page.tsx
import Link from "next/link";
import { DataApiError, publicDataApi } from "@/lib/data-api";

/** Built beforehand, for everybody: it asks no session. */
export default async function Home() {
  const { data, error } = await publicDataApi().GET("/api/v1/pages", {
    params: { query: { sort: "-publishedAt", limit: 5 } },
  });
  if (error) {
    throw new DataApiError(error);
  }
  return (
    <>
      <h1>Latest pages</h1>
      <ul>
        {data.items.map((page) => (
          <li key={page.id}>
            <Link href={`/pages/${page.id}`}>{page.title}</Link>
          </li>
        ))}
      </ul>
    </>
  );
}
