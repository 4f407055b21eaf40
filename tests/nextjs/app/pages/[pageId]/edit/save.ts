// app/pages/[pageId]/edit/save.ts
"use server";
import { redirect } from "next/navigation";
import { dataApi, type Problem } from "@/lib/data-api";

export type Edited = { etag: string; values: { title: string; summary: string }; problem?: Problem };

/** Save what the form says, unless somebody else has changed the page since the state that `etag` names. */
export async function save(pageId: string, _: Edited, form: FormData): Promise<Edited> {
  const etag = String(form.get("etag"));
  const values = { title: String(form.get("title")), summary: String(form.get("summary")) };
  const api = await dataApi();
  const { error } = await api.PATCH("/api/v1/pages/{pageId}", {
    params: { path: { pageId }, header: { "If-Match": etag } },
    body: { title: values.title, summary: values.summary || null },
  });
  if (error) {
    return { etag, values, problem: error };
  }
  redirect(`/pages/${pageId}`);
}
