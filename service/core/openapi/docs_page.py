"""The page that shows the API document, with its scripts and styles, all served by this service itself."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from litestar import Request, Router, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.response import Response
from litestar.static_files import (
    create_static_files_router,  # pyright: ignore[reportUnknownVariableType]  # a bare dict in its signature
)

from service.core.auth import PUBLIC, mint
from service.core.guards import local_only
from service.settings import Settings


def assets_folder() -> Path:
    """The folder of Swagger UI's files. Their wheel is located and not imported, because its own code needs Django."""
    spec = find_spec("drf_spectacular_sidecar")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError(
            "The wheel drf-spectacular-sidecar is not installed. Set API_DOCS=false, or install it."
        )
    return Path(spec.submodule_search_locations[0]) / "static" / "drf_spectacular_sidecar" / "swagger-ui-dist"


OWN_FOLDER = Path(__file__).with_name("page")
"""The folder of the script that starts Swagger UI, and of the styles that it lacks."""
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
<link rel="stylesheet" href="{folder}/assets/page.css">
</head>
<body>{caller}
<div id="page"></div>
<script src="{folder}/assets/swagger-ui-bundle.js"></script>
<script src="{folder}/assets/page.js" data-root="{root}"></script>
</body>
</html>
"""
CALLER = """
<p class="caller"><label>Calls carry a token for the user <input id="caller" placeholder="a visitor"></label>
Without one, everything is allowed in local: Authorize, Logout.</p>"""
TOKEN_SECONDS = 3600


@get("/docs", include_in_schema=False)
async def docs_page(request: Request[Any, Any, Any], settings: NamedDependency[Settings]) -> Response[str]:
    """Show the API document."""
    # Relative to the page's URL in the browser, which may begin with a path that a proxy takes away.
    folder = "." if request.scope["raw_path"].endswith(b"/") else "docs"
    # The service's root, relative to the URL of the page's script.
    root = "../" * (request.scope["path"].rstrip("/").count("/") + 1)
    caller = CALLER if settings.is_local else ""
    return Response(
        PAGE.format(folder=folder, root=root, caller=caller),
        media_type="text/html",
        headers={"Content-Security-Policy": POLICY},
    )


@get("/docs/token", include_in_schema=False, guards=[local_only])
async def docs_token(
    request: Request[Any, Any, Any], settings: NamedDependency[Settings]
) -> Response[dict[str, str]]:
    """A token for the page's calls, in local only: for the user that `sub` names, or for a visitor."""
    token = mint(settings.secret_key, request.query_params.get("sub"), seconds=TOKEN_SECONDS)
    return Response({"token": token}, headers={"Cache-Control": "no-store"})


@get("/openapi.json", include_in_schema=False, sync_to_thread=True)
def docs_document(state: State) -> dict[str, Any]:
    """Answer with the API document. It runs in a thread beside other requests, because the first call builds it."""
    return state.openapi()


def docs_router() -> Router:
    """The page, the document and the assets; anybody may read them."""
    assets = create_static_files_router(
        "/docs/assets", [OWN_FOLDER, assets_folder()], include_in_schema=False
    )
    return Router(
        "",
        route_handlers=[docs_page, docs_token, docs_document, assets],
        opt={PUBLIC: True},
        response_class=Response,
    )
