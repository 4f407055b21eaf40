// app/pages/rename.ts
"use server";
import { dataApi } from "../../lib/data-api.js";

/** Rename a page, unless somebody else has changed it since `etag`. What to tell the user, or nothing. */
export async function rename(pageId: string, etag: string, title: string) {
  const api = await dataApi();
  const { error } = await api.PATCH("/api/v1/pages/{pageId}", {
    params: { path: { pageId }, header: { "If-Match": etag } },
    body: { title },
  });
  if (!error) {
    return null;
  }
  switch (error.code) {
    case "precondition_failed":
      return "Somebody else changed this page. Reload it and try again.";
    case "validation_failed":
      return error.errors.map(({ pointer, parameter, message }) => `${pointer ?? parameter} ${message}`).join("\n");
    default:
      throw new Error(`${error.code}: ${error.detail} (${error.requestId})`);
  }
}
