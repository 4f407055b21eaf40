import createClient from "openapi-fetch";
import type { paths } from "../generated/api.js";

/** The API on behalf of whom TOKEN is for. */
export const api = createClient<paths>({
  baseUrl: process.env["DATA_API_URL"] ?? "",
  headers: { Authorization: `Bearer ${process.env["TOKEN"]}` },
});
