// app/pages/[pageId]/read.ts
import "server-only";
import { notFound } from "next/navigation";
import { DataApiError, dataApi } from "@/lib/data-api";

/** A page, and the ETag that says which state of it this is. */
export async function readPage(pageId: string) {
  const api = await dataApi();
  const { data, error, response } = await api.GET("/api/v1/pages/{pageId}", { params: { path: { pageId } } });
  if (error?.code === "not_found") {
    notFound();
  }
  if (error) {
    throw new DataApiError(error);
  }
  return { page: data, etag: response.headers.get("ETag") ?? "" };
}
