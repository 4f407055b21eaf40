"use server";
import { redirect } from "next/navigation";
import { signIn, signOut } from "@/auth";

export async function enter(_: string | null, form: FormData) {
  if (!(await signIn(String(form.get("email")), String(form.get("password"))))) {
    return "No such user, or another password.";
  }
  redirect("/pages");
}

export async function leave() {
  await signOut();
  redirect("/pages");
}
