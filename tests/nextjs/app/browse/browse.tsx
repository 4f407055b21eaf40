"use client";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useState } from "react";
import { PageList } from "./page-list";

export function Browse() {
  const [client] = useState(() => new QueryClient());
  const [q, setQ] = useState("");
  return (
    <QueryClientProvider client={client}>
      <input type="search" aria-label="Search" value={q} onChange={(event) => setQ(event.target.value)} />
      <PageList q={q} />
    </QueryClientProvider>
  );
}
