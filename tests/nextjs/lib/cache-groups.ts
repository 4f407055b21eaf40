// lib/cache-groups.ts

/** The tag of answers that name no group; each write makes them stale. */
export const UNNAMED = "data-api";

/** The tag of all others. */
export const EVERYTHING = tagOf("*");

/** The groups that a header names (RFC 9875), as Next.js's tags; undefined where there is no such header. */
export function tagsOf(response: Response, header: "Cache-Groups" | "Cache-Group-Invalidation") {
  const names = response.headers.get(header)?.matchAll(/"((?:[^"\\]|\\.)*)"/g);
  return names && Array.from(names, ([, name = ""]) => tagOf(name.replace(/\\(.)/g, "$1")));
}

function tagOf(group: string) {
  return `${UNNAMED}:${encodeURIComponent(group)}`;
}
