const here = document.currentScript;
const caller = document.getElementById("caller");
// The path under which a proxy serves this service: the calls of this page need it too.
const root = new URL(here.dataset.root, here.src).pathname.replace(/\/$/, "");

async function authorize() {
  const token = new URL("../token", here.src);
  if (caller.value.trim()) {
    token.searchParams.set("sub", caller.value.trim());
  }
  const answer = await fetch(token);
  window.ui.preauthorizeApiKey("bearer", (await answer.json()).token);
}

window.ui = SwaggerUIBundle({
  url: new URL("../../openapi.json", here.src).href,
  dom_id: "#page",
  deepLinking: true,
  persistAuthorization: false,
  validatorUrl: null,
  plugins: [() => ({ statePlugins: { spec: { wrapActions: { updateJsonSpec: (update) => (document) =>
    update(root ? { ...document, servers: [{ url: root }] } : document) } } } })],
  onComplete: () => caller && authorize(),
});
caller?.addEventListener("change", authorize);
