import Form from "next/form";
import { DataApiError, dataApi } from "../../lib/data-api";

export const STATUSES = ["DRAFT", "PUBLISHED", "ARCHIVED"] as const;

export async function Filters({ q, status, topic }: { q?: string; status?: string; topic?: string }) {
  const api = await dataApi();
  const { data, error } = await api.GET("/api/v1/topics", { params: { query: { limit: 100 } } });
  if (error) {
    throw new DataApiError(error);
  }
  return (
    <Form action="/pages" className="filters">
      <input name="q" type="search" defaultValue={q} aria-label="Search" placeholder="Search" />
      <select name="status" defaultValue={status ?? ""} aria-label="Status">
        <option value="">Any status</option>
        {STATUSES.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
      <select name="topic" defaultValue={topic ?? ""} aria-label="Topic">
        <option value="">Any topic</option>
        {data.items.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      <button>Filter</button>
    </Form>
  );
}
