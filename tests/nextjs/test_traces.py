"""Calls name the trace of the request that they serve, and what is remembered is found by any."""

import httpx

from tests.nextjs.app import form_with, submit
from tests.nextjs.conftest import App, Service

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
OTHER = "0af7651916cd43dd8448eb211c80319c"


def _named(trace: str) -> dict[str, str]:
    return {"traceparent": f"00-{trace}-00f067aa0ba902b7-01"}


def _traces(app: App) -> list[str]:
    calls = [call.headers.get("traceparent", "") for call in app.proxy.calls]
    app.proxy.paths()
    return [said.split("-")[1] if said else "" for said in calls]


def test_calls_name_the_trace_of_the_request_that_they_serve(
    app: App, client: httpx.Client, service: Service
) -> None:
    made = service.make_page()
    path = f"/pages/{made['id']}/edit"
    app.proxy.paths()
    page = client.get(path, headers=_named(TRACE)).raise_for_status().text
    assert _traces(app) == [TRACE]
    client.get(path, headers=_named(OTHER)).raise_for_status()
    assert _traces(app) == []
    client.headers.update(_named(OTHER))
    submit(client, path, form_with(page, "etag"), title="Anew")
    assert _traces(app) == [OTHER]
