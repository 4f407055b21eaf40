/** How orval's client calls: where the API is, and who calls. */
export async function call<T>(path: string, options: RequestInit): Promise<T> {
  const headers = new Headers(options.headers);
  headers.set("Authorization", `Bearer ${process.env["TOKEN"]}`);
  const response = await fetch(`${process.env["DATA_API_URL"]}${path}`, { ...options, headers });
  const body = await response.text();
  return { status: response.status, headers: response.headers, data: body && JSON.parse(body) } as T;
}
