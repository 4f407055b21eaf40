import "server-only";
import { jwtVerify, SignJWT } from "jose";
import { cookies } from "next/headers";

/** In place of Auth.js: whose password fits is signed in, by a cookie that nobody else can make and no script read. */
const COOKIE = "session";
const DAY = 24 * 60 * 60;

export async function auth(): Promise<{ user?: { id?: string } } | null> {
  const cookie = (await cookies()).get(COOKIE);
  try {
    const { payload } = await jwtVerify(cookie?.value ?? "", key(), { audience: "app-web" });
    return payload.sub ? { user: { id: payload.sub } } : null;
  } catch {
    return null;
  }
}

/** Whether the password fits; then the caller is signed in. */
export async function signIn(email: string, password: string): Promise<boolean> {
  const users: Record<string, string | undefined> = JSON.parse(process.env["STAND_IN_USERS"] ?? "{}");
  const id = users[email];
  if (!id || password !== process.env["STAND_IN_PASSWORD"]) {
    return false;
  }
  const session = new SignJWT({ sub: id }).setProtectedHeader({ alg: "HS256" }).setAudience("app-web");
  const cookie = await session.setExpirationTime("1 day").sign(key());
  (await cookies()).set(COOKIE, cookie, { httpOnly: true, sameSite: "lax", path: "/", maxAge: DAY });
  return true;
}

export async function signOut(): Promise<void> {
  (await cookies()).delete(COOKIE);
}

function key() {
  return new TextEncoder().encode(process.env["AUTH_SECRET"]);
}
