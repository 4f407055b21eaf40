"""The page of the API document, with its scripts and styles, all served from here."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from litestar import Request, Router, get
from litestar.datastructures import State
from litestar.response import Response
from litestar.static_files import (
    create_static_files_router,  # pyright: ignore[reportUnknownVariableType]  # a bare dict in its signature
)

from service.core.auth import PUBLIC, mint
from service.core.guards import local_only


def assets_folder() -> Path:
    """Swagger UI's files. The wheel is located, not imported: its own code wants Django."""
    spec = find_spec("drf_spectacular_sidecar")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError(
            "The wheel drf-spectacular-sidecar is not installed. Set API_DOCS=false, or install it."
        )
    return Path(spec.submodule_search_locations[0]) / "static" / "drf_spectacular_sidecar" / "swagger-ui-dist"


POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API document</title>
<link rel="icon" href="{folder}/assets/favicon-32x32.png">
<link rel="stylesheet" href="{folder}/assets/swagger-ui.css">
<link rel="stylesheet" href="{folder}/page.css">
</head>
<body>{caller}
<div id="page"></div>
<script src="{folder}/assets/swagger-ui-bundle.js"></script>
<script src="{folder}/page.js" data-root="{root}"></script>
</body>
</html>
"""
CALLER = """
<p class="caller"><label>Calls carry a token for the user <input id="caller" placeholder="a visitor"></label>
Without one, everything is allowed in local: Authorize, Logout.</p>"""
SCRIPT = """const here = document.currentScript;
const caller = document.getElementById("caller");
// Where a proxy has put the service, as calls of this page go there too.
const root = new URL(here.dataset.root, here.src).pathname.replace(/\\/$/, "");

async function authorize() {
  const token = new URL("token", here.src);
  if (caller.value.trim()) {
    token.searchParams.set("sub", caller.value.trim());
  }
  const answer = await fetch(token);
  window.ui.preauthorizeApiKey("bearer", (await answer.json()).token);
}

window.ui = SwaggerUIBundle({
  url: new URL("../openapi.json", here.src).href,
  dom_id: "#page",
  deepLinking: true,
  persistAuthorization: false,
  validatorUrl: null,
  plugins: [() => ({ statePlugins: { spec: { wrapActions: { updateJsonSpec: (update) => (document) =>
    update(root ? { ...document, servers: [{ url: root }] } : document) } } } })],
  onComplete: () => caller && authorize(),
});
caller?.addEventListener("change", authorize);
"""
STYLE = """body { margin: 0; }
.caller { font: 14px sans-serif; margin: 0; padding: 10px 20px; background: #e8f6f0; }
.caller input { font: inherit; padding: 2px 6px; max-width: 100%; box-sizing: border-box; }
@media (max-width: 768px) {
  .caller, .swagger-ui .wrapper { padding-left: 8px; padding-right: 8px; }
  .swagger-ui .opblock-body { overflow-wrap: anywhere; }
  /* One under the other: beside each other, columns are wider than the screen. */
  .swagger-ui .opblock-body :is(table, tbody, tr, td) { display: block; width: auto; min-width: 0; max-width: none; }
  .swagger-ui .opblock-body thead { display: none; }
  .swagger-ui .opblock-body :is(input, select, textarea) { min-width: 0; max-width: 100%; width: 100%; }
  .swagger-ui .opblock-body pre { white-space: pre-wrap; }
  .swagger-ui .opblock .opblock-summary-path { max-width: none; }
}
"""
TOKEN_SECONDS = 3600


@get("/docs", include_in_schema=False)
async def docs_page(request: Request[Any, Any, Any]) -> Response[str]:
    """Show the API document."""
    # Relative to where the browser is, which may be behind a path that a proxy takes away.
    folder = "." if request.scope["raw_path"].endswith(b"/") else "docs"
    root = "../" * request.scope["path"].rstrip("/").count("/")
    caller = CALLER if request.app.state.settings.is_local else ""
    return Response(
        PAGE.format(folder=folder, root=root, caller=caller),
        media_type="text/html",
        headers={"Content-Security-Policy": POLICY},
    )


@get("/docs/page.js", include_in_schema=False)
async def docs_script() -> Response[str]:
    """Start the page."""
    return Response(SCRIPT, media_type="text/javascript")


@get("/docs/page.css", include_in_schema=False)
async def docs_style() -> Response[str]:
    """What Swagger UI's own styles lack on a phone."""
    return Response(STYLE, media_type="text/css")


@get("/docs/token", include_in_schema=False, guards=[local_only])
async def docs_token(request: Request[Any, Any, Any]) -> Response[dict[str, str]]:
    """A token for the page's calls, in local: for the user that is named, or a visitor."""
    token = mint(
        request.app.state.settings.secret_key, request.query_params.get("sub"), seconds=TOKEN_SECONDS
    )
    return Response({"token": token}, headers={"Cache-Control": "no-store"})


@get("/openapi.json", include_in_schema=False, sync_to_thread=True)
def docs_document(state: State) -> dict[str, Any]:
    """Answer with the API document; beside other requests, since the first time it is made."""
    return state.openapi()


def docs_router() -> Router:
    """The page, the document and the assets; anybody may read them."""
    assets = create_static_files_router("/docs/assets", [assets_folder()], include_in_schema=False)
    return Router(
        "",
        route_handlers=[docs_page, docs_script, docs_style, docs_token, docs_document, assets],
        opt={PUBLIC: True},
        response_class=Response,
    )
