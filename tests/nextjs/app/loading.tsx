/** What is shown until a page has what it asks the session and the data API for. */
export default function Loading() {
  return <p role="status">Loading…</p>;
}
