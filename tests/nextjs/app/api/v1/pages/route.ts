// app/api/v1/pages/route.ts
import { type NextRequest, NextResponse } from "next/server";
import { dataApi } from "@/lib/data-api";

/** What client components may ask of the data API's operation of the same path, as whoever is signed in. */
export async function GET({ nextUrl: { searchParams } }: NextRequest) {
  const api = await dataApi();
  const { data, error, response } = await api.GET("/api/v1/pages", {
    params: { query: { q: searchParams.get("q") ?? undefined, cursor: searchParams.get("cursor") ?? undefined } },
  });
  return NextResponse.json(data ?? error, { status: response.status });
}
