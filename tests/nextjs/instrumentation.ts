// instrumentation.ts
import { registerOTel } from "@vercel/otel";

/** Next.js calls this when it starts. Calls to the data API then name the trace of the request that they serve. */
export function register() {
  const dataApi = process.env["DATA_API_URL"] ?? "http://127.0.0.1:8000";
  registerOTel({
    serviceName: "app-web",
    instrumentationConfig: { fetch: { propagateContextUrls: [dataApi] } },
  });
}
