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

from service.core.auth import PUBLIC


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
</head>
<body>
<div id="page"></div>
<script src="{folder}/assets/swagger-ui-bundle.js"></script>
<script src="{folder}/page.js"></script>
</body>
</html>
"""
SCRIPT = """window.ui = SwaggerUIBundle({
  url: new URL("../openapi.json", document.currentScript.src).href,
  dom_id: "#page",
  deepLinking: true,
  persistAuthorization: false,
  validatorUrl: null,
});
"""


@get("/docs", include_in_schema=False)
async def docs_page(request: Request[Any, Any, Any]) -> Response[str]:
    """Show the API document."""
    # Relative to where the browser is, which may be behind a path that a proxy takes away.
    folder = "." if request.scope["raw_path"].endswith(b"/") else "docs"
    return Response(
        PAGE.format(folder=folder), media_type="text/html", headers={"Content-Security-Policy": POLICY}
    )


@get("/docs/page.js", include_in_schema=False)
async def docs_script() -> Response[str]:
    """Start the page."""
    return Response(SCRIPT, media_type="text/javascript")


@get("/openapi.json", include_in_schema=False)
async def openapi_document(state: State) -> dict[str, Any]:
    """Answer with the API document."""
    return state.openapi


def docs_router() -> Router:
    """The page, the document and the assets; anybody may read them."""
    assets = create_static_files_router("/docs/assets", [assets_folder()], include_in_schema=False)
    return Router(
        "",
        route_handlers=[docs_page, docs_script, openapi_document, assets],
        opt={PUBLIC: True},
        response_class=Response,
    )
