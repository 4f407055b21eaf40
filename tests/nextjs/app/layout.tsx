import type { Metadata } from "next";
import Link from "next/link";
import { type ReactNode, Suspense } from "react";
import { auth } from "@/auth";
import "./globals.css";
import { leave } from "./sign-in/actions";

export const metadata: Metadata = { title: "Pages" };

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <header>
          <nav>
            <Link href="/">Home</Link>
            <Link href="/pages">Pages</Link>
            <Link href="/browse">Browse</Link>
          </nav>
          <Suspense>
            <Session />
          </Suspense>
        </header>
        <main>{children}</main>
      </body>
    </html>
  );
}

async function Session() {
  const session = await auth();
  return session ? (
    <form action={leave}>
      <button>Sign out</button>
    </form>
  ) : (
    <Link href="/sign-in">Sign in</Link>
  );
}
