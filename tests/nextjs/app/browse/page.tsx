import { Browse } from "./browse";

export default function BrowsePage() {
  return (
    <>
      <h1>Browse</h1>
      <Browse />
    </>
  );
}
