// lib/data-api.ts
import "server-only";
import { SignJWT } from "jose";
import { cacheLife, cacheTag, revalidateTag } from "next/cache";
import { connection } from "next/server";
import createClient from "openapi-fetch";
import { auth } from "@/auth";
import type { components, paths } from "./api";
import { EVERYTHING, tagsOf, UNNAMED } from "./cache-groups";

export type Problem = components["schemas"]["Problem"];
const BASE = process.env["DATA_API_URL"] ?? "http://127.0.0.1:8000";

/** The data API on behalf of whoever is signed in, else of a visitor. */
export async function dataApi() {
  const session = await auth();
  return clientOf(session?.user?.id);
}

/** The data API as visitors see it. */
export function publicDataApi() {
  return clientOf(undefined);
}

/** A problem that the caller has no answer to. */
export class DataApiError extends Error {
  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.detail} (request ${problem.requestId})`);
  }
}

// What takes a user's id is not exported: whoever could call it could act as anybody.
function clientOf(userId: string | undefined) {
  return createClient<paths>({
    baseUrl: BASE,
    async fetch(request) {
      const jwt = userId === undefined ? undefined : await tokenOf(userId);
      if (request.method === "GET" && request.cache === "default") {
        const { body, ...head } = await remembered(jwt, request.url);
        return new Response(body, head);
      }
      // Not on what is remembered: by it no two calls would be the same.
      request.headers.set("X-Request-Id", crypto.randomUUID());
      return request.method === "GET" ? call(jwt, request) : write(jwt, request);
    },
  });
}

/**
 * A GET's answer, kept until a write names a group of it, or for a minute, since others write as well.
 *
 * Next.js lets anybody call a function under "use cache" who learns its id, exported or not. So it takes no user's id
 * but a token, which nobody else can make, and asks nobody but the data API.
 */
async function remembered(jwt: string | undefined, url: string) {
  "use cache";
  if (new URL(url).origin !== new URL(BASE).origin) {
    throw new Error(`This is not the data API: ${url}`);
  }
  const response = await call(jwt, new Request(url));
  const tags = tagsOf(response, "Cache-Groups");
  cacheTag(EVERYTHING, ...(tags ?? [UNNAMED]));
  cacheLife(tags ? { stale: 30, revalidate: 60, expire: 3600 } : { stale: 30, revalidate: 1, expire: 300 });
  return { status: response.status, headers: [...response.headers], body: await response.text() };
}

/** Makes stale what the answer says that it changed; everything, where no answer says whether it did. */
async function write(jwt: string | undefined, request: Request) {
  let stale = [EVERYTHING];
  try {
    const response = await call(jwt, request);
    stale = tagsOf(response, "Cache-Group-Invalidation") ?? (response.status < 500 ? [] : stale);
    return response;
  } finally {
    for (const tag of [UNNAMED, ...stale]) {
      revalidateTag(tag, { expire: 0 });
    }
  }
}

async function call(jwt: string | undefined, request: Request) {
  request.headers.set("Authorization", `Bearer ${jwt ?? (await token())}`);
  const asked = `${request.method} ${request.url}, request ${request.headers.get("X-Request-Id") ?? "without an id"}`;
  const response = await fetch(request, { cache: "no-store", signal: AbortSignal.timeout(30_000) }).catch((error) => {
    throw new Error(`The data API does not answer ${asked}: ${error.cause?.message ?? error.message}`);
  });
  const type = response.headers.get("Content-Type") ?? "";
  if (response.body && !type.includes("json")) {
    const text = (await response.text()).slice(0, 200);
    throw new Error(`Not the data API answers ${asked}, but what is before it: ${response.status} ${type} ${text}`);
  }
  return response;
}

async function tokenOf(userId: string) {
  // Of what it renders before anybody asks, Next.js lets nothing look at the clock.
  await connection();
  return token(userId);
}

const WINDOW = 5 * 60;
const tokens = new Map<string, Promise<string>>();

/** Good for five to ten minutes, and the same for five, so that what is remembered is found again. */
function token(userId?: string) {
  const expires = (Math.floor(Date.now() / 1000 / WINDOW) + 2) * WINDOW;
  const key = JSON.stringify([expires, userId]);
  let signed = tokens.get(key);
  if (!signed) {
    const jwt = new SignJWT(userId === undefined ? {} : { sub: userId }).setAudience("service");
    const secret = process.env["SECRET_KEY"];
    if (!secret) {
      throw new Error("SECRET_KEY is not set: put the data API's into .env.local.");
    }
    signed = jwt
      .setExpirationTime(expires)
      .setProtectedHeader({ alg: "HS256" })
      .sign(new TextEncoder().encode(secret));
    if (tokens.size >= 1000) {
      tokens.clear();
    }
    tokens.set(key, signed);
  }
  return signed;
}
