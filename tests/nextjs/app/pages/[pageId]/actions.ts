"use server";
import { redirect } from "next/navigation";
import { dataApi } from "@/lib/data-api";

/** Publish or archive a page. What to tell the user, or nothing. */
export async function take(pageId: string, etag: string, step: "publish" | "archive") {
  const api = await dataApi();
  const init = { params: { path: { pageId }, header: { "If-Match": etag } } };
  const { error } =
    step === "publish"
      ? await api.POST("/api/v1/pages/{pageId}/publish", init)
      : await api.POST("/api/v1/pages/{pageId}/archive", init);
  return error?.detail ?? null;
}

export async function remove(pageId: string, etag: string) {
  const api = await dataApi();
  const { error } = await api.DELETE("/api/v1/pages/{pageId}", {
    params: { path: { pageId }, header: { "If-Match": etag } },
  });
  if (error) {
    return error.detail;
  }
  redirect("/pages");
}

/** Put the children of a page in the order of the numbers in `form`, in one call: all of them or none. */
export async function reorder(_: string | null, form: FormData) {
  const children = [...form].filter(([id]) => !id.startsWith("$"));
  children.sort(([, one], [, other]) => Number(one) - Number(other));
  const api = await dataApi();
  const { error } = await api.PATCH("/api/v1/pages", {
    body: { items: children.map(([id], position) => ({ op: "update" as const, id, position })) },
  });
  return error?.detail ?? null;
}
