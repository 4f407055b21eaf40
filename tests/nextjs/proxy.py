"""What stands between the app and the service: it counts the calls, and can fail as networks do."""

from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Literal, NamedTuple
from urllib.parse import unquote

import httpx

PASSED_ON = ("authorization", "content-type", "if-match", "x-request-id")
Failure = Literal["html", "silence", "lost answer"]


class Call(NamedTuple):
    method: str
    path: str
    """With its query."""
    headers: dict[str, str]


class Proxy:
    def __init__(self, url: str, service: str) -> None:
        self.url = url
        self.service = service
        self.calls: list[Call] = []
        self.failure: Failure | None = None

    def paths(self) -> list[str]:
        """What was called since the last time that this was asked."""
        calls, self.calls = self.calls, []
        return [f"{call.method} {unquote(call.path.removeprefix('/api/v1'))}" for call in calls]


@contextmanager
def proxying(service: str) -> Generator[Proxy]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # A header and its body are two writes, which would wait for each other.
        disable_nagle_algorithm = True

        def _pass_on(self) -> None:
            body = self._body()
            headers = {name.lower(): value for name, value in self.headers.items()}
            proxy.calls.append(Call(self.command, self.path, headers))
            if proxy.failure == "silence":
                self.close_connection = True
                return
            if proxy.failure == "html":
                self._answer(502, [("Content-Type", "text/html")], b"<h1>Bad gateway</h1>")
                return
            answer = client.request(
                self.command,
                service + self.path,
                content=body,
                headers={name: headers[name] for name in PASSED_ON if name in headers},
            )
            if proxy.failure == "lost answer":
                self.close_connection = True
                return
            said = [
                (name, value)
                for name, value in answer.headers.items()
                if name not in {"content-length", "connection", "transfer-encoding"}
            ]
            self._answer(answer.status_code, said, answer.content)

        def _body(self) -> bytes:
            """Of a stated length or, as Next.js sends it, in chunks."""
            if self.headers.get("transfer-encoding") != "chunked":
                return self.rfile.read(int(self.headers.get("content-length", "0")))
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return body

        def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = do_DELETE = _pass_on  # noqa: N815  # the base's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's name
            pass

    with (
        httpx.Client(timeout=30, headers={"accept-encoding": "identity"}) as client,
        ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server,
    ):
        server.daemon_threads = True
        proxy = Proxy(f"http://127.0.0.1:{server.server_port}", service)
        Thread(target=server.serve_forever, daemon=True).start()
        yield proxy
        server.shutdown()
