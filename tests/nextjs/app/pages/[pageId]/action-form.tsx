"use client";
import { type ReactNode, useActionState } from "react";

/** A form that shows what its action has to say. */
export function ActionForm(props: {
  action: (said: string | null, form: FormData) => Promise<string | null>;
  children: ReactNode;
}) {
  const [said, submit, isPending] = useActionState(props.action, null);
  return (
    <form action={submit}>
      <fieldset disabled={isPending}>{props.children}</fieldset>
      {said && <p role="alert">{said}</p>}
    </form>
  );
}
