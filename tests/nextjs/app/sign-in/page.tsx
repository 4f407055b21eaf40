import { ActionForm } from "../pages/[pageId]/action-form";
import { enter } from "./actions";

export default function SignIn() {
  return (
    <ActionForm action={enter}>
      <h1>Sign in</h1>
      <label>
        E-mail <input name="email" type="email" autoComplete="username" />
      </label>
      <label>
        Password <input name="password" type="password" autoComplete="current-password" />
      </label>
      <button>Sign in</button>
    </ActionForm>
  );
}
