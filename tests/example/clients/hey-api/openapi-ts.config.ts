import { defineConfig } from "@hey-api/openapi-ts";

export default defineConfig({
  input: "../../../service/openapi.json",
  output: { path: "generated/hey-api", module: { extension: ".js" } },
  plugins: [
    "@hey-api/client-fetch",
    { name: "@hey-api/sdk", validator: "zod" },
    // RFC 3339 lets an instant have an offset, which this plugin refuses unless told.
    { name: "zod", dates: { offset: true } },
    "@tanstack/react-query",
  ],
});
