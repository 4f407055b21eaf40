// lib/cache-groups.ts

/** What Next.js calls the answers in which no group is named. */
export const UNNAMED = "data-api";

/** What Next.js calls the data API's groups (RFC 9875) that this header names; undefined where it is not there. */
export function tagsOf(response: Response, header: "Cache-Groups" | "Cache-Group-Invalidation") {
  const names = response.headers.get(header)?.matchAll(/"((?:[^"\\]|\\.)*)"/g);
  return names && Array.from(names, ([, name = ""]) => tag(name.replace(/\\(.)/g, "$1")));
}

/** What each answer is called. */
export const EVERYTHING = tag("*");

function tag(group: string) {
  return `${UNNAMED}:${encodeURIComponent(group)}`;
}
