// lib/data-api.ts
import "server-only";
import { SignJWT } from "jose";
import createClient from "openapi-fetch";
import { auth } from "../auth.js";
import type { components, paths } from "./api.js";

export type Page = components["schemas"]["Page"];
export type Problem = components["schemas"]["Problem"];

/** The data API on behalf of whoever is signed in. */
export async function dataApi() {
  const session = await auth();
  const userId = session?.user?.id;
  if (!userId) {
    throw new Error("Nobody is signed in.");
  }
  const client = createClient<paths>({ baseUrl: process.env["DATA_API_URL"] ?? "http://127.0.0.1:8000" });
  client.use({
    async onRequest({ request }) {
      request.headers.set("Authorization", `Bearer ${await token(userId)}`);
      return request;
    },
  });
  return client;
}

function token(userId: string): Promise<string> {
  return new SignJWT({})
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(userId)
    .setAudience("service")
    .setExpirationTime("2 minutes")
    .sign(new TextEncoder().encode(process.env["SECRET_KEY"]));
}
