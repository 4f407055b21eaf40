import { defineConfig } from "orval";

const input = "../../../../service/openapi.json";

export default defineConfig({
  api: {
    input,
    output: {
      target: "../generated/orval/api.ts",
      client: "react-query",
      httpClient: "fetch",
      headers: true,
      urlEncodeParameters: true, // a key may hold any text
      override: { mutator: { path: "./fetch.ts", name: "call", extension: ".js" } },
    },
  },
  schemas: { input, output: { target: "../generated/orval/schemas.ts", client: "zod" } },
});
