// lib/data-api.ts
import { SignJWT } from "jose";
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

export type Page = components["schemas"]["Page"];
export type Problem = components["schemas"]["Problem"];

/** The data API on behalf of one user of app-web; for the server's side alone. */
export function dataApi(userId: string) {
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
