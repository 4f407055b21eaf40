// app/pages/[pageId]/edit/form.tsx
"use client";
import { useActionState } from "react";
import { type Edited, save } from "./save";

export function EditForm(props: { pageId: string; etag: string; values: Edited["values"] }) {
  // The ETag stays the one of the values that the user saw, whatever is stored by now.
  const [{ etag, values, problem }, action, isPending] = useActionState<Edited, FormData>(
    save.bind(null, props.pageId),
    { etag: props.etag, values: props.values },
  );
  const wrong = (field: string) => problem?.errors.find(({ pointer }) => pointer === `/${field}`)?.message;
  return (
    <form action={action}>
      <label>
        Title <input name="title" defaultValue={values.title} aria-invalid={Boolean(wrong("title"))} />
      </label>
      <p role="alert">{wrong("title")}</p>
      <label>
        Summary <textarea name="summary" defaultValue={values.summary} aria-invalid={Boolean(wrong("summary"))} />
      </label>
      <p role="alert">{wrong("summary")}</p>
      <input type="hidden" name="etag" value={etag} />
      <button disabled={isPending}>Save</button>
      {problem?.code === "precondition_failed" ? (
        <p role="alert">
          Somebody else changed this page. <a href={`/pages/${props.pageId}/edit`}>See what it says now</a>.
        </p>
      ) : (
        problem && <p role="alert">{problem.detail}</p>
      )}
    </form>
  );
}
