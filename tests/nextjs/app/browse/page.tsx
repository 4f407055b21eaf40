import { auth } from "../../auth";
import { Browse } from "./browse";

export default async function BrowsePage() {
  return (
    <>
      <h1>Browse</h1>
      <Browse mayWrite={Boolean(await auth())} />
    </>
  );
}
