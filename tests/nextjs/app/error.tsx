"use client";

/** Production keeps an error's words from browsers; its digest finds them in the server's log. */
export default function Failed({ error }: { error: Error & { digest?: string } }) {
  return <p role="alert">Something went wrong. Digest: {error.digest}</p>;
}
