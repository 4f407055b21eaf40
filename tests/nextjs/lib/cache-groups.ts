// lib/cache-groups.ts

/** Next.js's tag of every answer. */
export const EVERYTHING = "data-api";

/** The tag of those that name no group; each write makes them stale. */
export const UNNAMED = tagOf("");

/** The tags of the groups that a header names (RFC 9875); undefined where there is no such header. */
export function tagsOf(response: Response, header: "Cache-Groups" | "Cache-Group-Invalidation") {
  const names = response.headers.get(header)?.matchAll(/"((?:[^"\\]|\\.)*)"/g);
  return names && Array.from(names, ([, name = ""]) => tagOf(name.replace(/\\(.)/g, "$1")));
}

function tagOf(group: string) {
  return `${EVERYTHING}:${encodeURIComponent(group)}`;
}
