"""The app: built as for production, served, and called as browsers and others call it."""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import httpx
import jwt

from tests.support.server import free_port

HERE = Path(__file__).parent
BUILT = HERE / ".next"
NODE = (20, 9)
"""What Next.js asks for."""
NEXT = HERE / "node_modules" / "next" / "dist" / "bin" / "next"
PASSWORD = "the-stand-in's"
AUTH_SECRET = "what-signs-the-sessions-of-the-stand-in-0123456789"
EDITOR = "demo-user-editor"
ADMIN = "demo-user-admin"


class MissingProgram(Exception):
    """A program that has to be installed is not, or is too old."""


def chromium() -> str:
    """Raises `MissingProgram`."""
    return _program("chromium")


def need() -> None:
    """Raises `MissingProgram` for what has to be installed before all else."""
    _program("npm")
    said = subprocess.run([_program("node"), "--version"], capture_output=True, text=True, check=True).stdout
    if tuple(map(int, re.findall(r"\d+", said)[:2])) < NODE:
        raise MissingProgram(f"Node {NODE[0]}.{NODE[1]} or newer, and there is {said.strip()}")
    chromium()


def environment(data_api: str, secret_key: str) -> dict[str, str]:
    """What the README has in `.env.local`, and what the stand-in for Auth.js needs."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", str(HERE)),
        "NEXT_TELEMETRY_DISABLED": "1",
        "DATA_API_URL": data_api,
        "SECRET_KEY": secret_key,
        "AUTH_SECRET": AUTH_SECRET,
        "STAND_IN_USERS": f'{{"ada@example.com": "{EDITOR}", "zoe@example.com": "{ADMIN}"}}',
        "STAND_IN_PASSWORD": PASSWORD,
    }


def build(variables: Mapping[str, str]) -> None:
    """Install what package-lock.json pins, generate the types, compile strictly."""
    installed, lock = HERE / "node_modules" / ".package-lock.json", HERE / "package-lock.json"
    commands: list[tuple[str, ...]] = [("run", "types"), ("run", "build")]
    if not installed.is_file() or installed.stat().st_mtime < lock.stat().st_mtime:
        commands.insert(0, ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"))
    # Pages that were built before may be of another database.
    shutil.rmtree(BUILT / "server", ignore_errors=True)
    for command in commands:
        print("+ npm", *command, flush=True)
        subprocess.run([_program("npm"), *command], cwd=HERE, check=True, env=variables, timeout=600)


@contextmanager
def started(variables: Mapping[str, str], log: Path) -> Generator[str]:
    """Where the app that was built listens."""
    port = free_port()
    command = [_program("node"), str(NEXT), "start", "--hostname=127.0.0.1", f"--port={port}"]
    url = f"http://127.0.0.1:{port}"
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=HERE, env=variables, stdout=output, stderr=subprocess.STDOUT)
        try:
            _wait(process, url)
            yield url
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)


def session(user_id: str, key: str = AUTH_SECRET) -> dict[str, str]:
    """The cookie of whoever is signed in."""
    claims = {"sub": user_id, "aud": "app-web", "exp": datetime.now(UTC) + timedelta(hours=2)}
    return {"session": jwt.encode(claims, key, "HS256")}


class Forms(HTMLParser):
    """The fields of each form of a page, by name; a browser without JavaScript would send them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self._text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "form":
            self.forms.append({})
        elif tag == "textarea":
            self._text = said.get("name") or ""
            self.forms[-1][self._text] = ""
        elif tag == "input" and self.forms and (name := said.get("name")):
            self.forms[-1][name] = said.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self._text:
            self.forms[-1][self._text] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._text = ""


def form_with(html: str, field: str) -> dict[str, str]:
    return next(form for form in Forms(html).forms if field in form)


def submit(client: httpx.Client, path: str, form: Mapping[str, str], **changed: str) -> httpx.Response:
    """Send a form of a page as a browser does, to the server action that it names."""
    fields = {name: (None, value) for name, value in (dict(form) | changed).items()}
    return client.post(path, files=fields, headers={"Origin": str(client.base_url).rstrip("/")})


def call_action(client: httpx.Client, path: str, form: Mapping[str, str], **changed: str) -> httpx.Response:
    """The same, as the page's JavaScript sends it, which gets to know what the action says."""
    reference = next(name for name in form if name.startswith("$ACTION_REF_")).removeprefix("$ACTION_REF_")
    action: dict[str, str] = json.loads(form[f"$ACTION_{reference}:0"])
    (page_id, state) = json.loads(form[f"$ACTION_{reference}:1"])
    fields = {name: value for name, value in form.items() if not name.startswith("$")} | changed
    body = {f"1_{name}": (None, value) for name, value in fields.items()}
    body["0"] = (None, json.dumps([page_id, state, "$K1"]))
    return client.post(path, files=body, headers={"Next-Action": action["id"], "Accept": "text/x-component"})


def _program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise MissingProgram(f"`{name}`")
    return path


def _wait(process: "subprocess.Popen[bytes]", url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise AssertionError(f"the app ended with {process.returncode}")
        try:
            httpx.get(f"{url}/sign-in")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the app did not answer in time")
