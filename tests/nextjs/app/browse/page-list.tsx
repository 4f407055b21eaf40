// app/browse/page-list.tsx
"use client";
import { useQueryClient } from "@tanstack/react-query";
import createFetchClient from "openapi-fetch";
import createClient from "openapi-react-query";
import type { paths } from "@/lib/api";

const api = createClient(createFetchClient<paths>({ baseUrl: "/" }));

export function PageList({ q }: { q: string }) {
  const list = api.useInfiniteQuery(
    "get",
    "/api/v1/pages",
    { params: { query: { q: q || undefined } } },
    { pageParamName: "cursor", initialPageParam: null, getNextPageParam: ({ nextCursor }) => nextCursor },
  );
  const queries = useQueryClient();
  const publish = api.useMutation("post", "/api/v1/pages/{pageId}/publish", {
    onSuccess: () => queries.invalidateQueries({ queryKey: ["get", "/api/v1/pages"] }),
  });
  const error = list.error ?? publish.error;
  return (
    <>
      {error && <p role="alert">{error.detail}</p>}
      <ul>
        {list.data?.pages.flatMap(({ items }) => items).map(({ id, title, status }) => (
          <li key={id}>
            {title} <em>{status}</em>{" "}
            {status === "DRAFT" && (
              <button onClick={() => publish.mutate({ params: { path: { pageId: id } } })}>Publish</button>
            )}
          </li>
        ))}
      </ul>
      {list.hasNextPage && <button onClick={() => list.fetchNextPage()}>More</button>}
    </>
  );
}
