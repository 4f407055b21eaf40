# /// script
# dependencies = ["nox>=2026.10"]
# ///
"""Everything that a developer runs. `nox -l` lists the sessions."""

import hashlib
import signal
import sys
from pathlib import Path

import nox
from nox.command import CommandFailed

ROOT = Path(__file__).parent
PDM = ("pdm~=2.29.4", "hishel~=1.4")
"""Not a dependency above: for one that is not installed where nox is, pip runs, and says so, before every session.

pdm 2.29 fails with hishel 2, and what its extra `locked` names has no wheels for Python 3.15.
"""
# Both signals interrupt nox, which passes that on to what it runs. Else SIGTERM would kill nox alone and leave a server
# running, and a shell that starts nox in the background would have it ignore SIGINT.
for _signal in (signal.SIGINT, signal.SIGTERM):
    signal.signal(_signal, signal.default_int_handler)

GENERATE = ("python", "-O", "-m")
"""Optimised (-O): else the library that makes sqlacodegen's plurals prepares type checks for 2.5 s at each start."""

nox.needs_version = ">=2026.10"
GOODBYE = 30
"""Seconds that an interrupted command gets to finish, and to stop its database; nox's default is a fifth of one."""

nox.options.reuse_venv = "yes"
nox.options.sessions = ["check", "test"]


def sync(session: nox.Session, *groups: str) -> None:
    """Install what pdm.lock says, unless this environment has it already."""
    lock = hashlib.sha256((ROOT / "pdm.lock").read_bytes() + repr(groups).encode()).hexdigest()
    # Not by `create_tmp`, which also moves temporary files below .nox, where ruff looks at no file.
    stamp = Path(session.bin).parent / "pdm.lock.sha256"
    if stamp.is_file() and stamp.read_text() == lock:
        return
    options = [f"--group={group}" for group in groups] or ["--prod"]
    # First of all: an interrupted sync leaves an environment that is neither what it was nor what it is to be.
    stamp.unlink(missing_ok=True)
    done = session.run_install(
        pdm(session), "sync", "--quiet", "--clean", "--no-self", *options,
        external=True, env={"PDM_IGNORE_SAVED_PYTHON": "1", "PDM_CHECK_UPDATE": "0"},
    )  # fmt: skip
    if done:  # with `-R` nox installs nothing
        stamp.write_text(lock)


def pdm(session: nox.Session) -> str:
    """The path of pdm, in an environment of its own that is created once."""
    folder = Path(session.bin).parents[1] / "pdm"
    stamp = folder / "installed"
    if not stamp.is_file() or stamp.read_text() != " ".join(PDM):
        stamp.unlink(missing_ok=True)
        options = ["--quiet", "--disable-pip-version-check"]
        session.run_install(sys.executable, "-m", "virtualenv", "--quiet", str(folder), external=True)
        done = session.run_install(
            str(folder / "bin" / "python"), "-m", "pip", "install", *options, *PDM, external=True
        )
        if done:
            stamp.write_text(" ".join(PDM))
    return str(folder / "bin" / "pdm")


def needs_example(session: nox.Session) -> None:
    """Skip a session that is about pages and topics where another schema has taken their place."""
    if not (ROOT / "tests" / "example").is_dir():
        session.skip("it is about the example, which is not here")


def takes_no_arguments(session: nox.Session) -> None:
    """Refuse arguments that the session would not read, `--help` too, before anything is installed or started."""
    if session.posargs:
        session.error(
            f"It takes no arguments, and was given: {' '.join(session.posargs)}. What each session does: nox -l"
        )


@nox.session
def run(session: nox.Session) -> None:
    """Serve at http://127.0.0.1:8000 with hot reload, on an embedded PostgreSQL unless DATABASE_URL is set."""
    takes_no_arguments(session)
    # A taken port is found before minutes of installing, so by the standard library alone.
    session.run(sys.executable, "-m", "service.dev.port", external=True, log=False)
    sync(session, "dev")
    session.run("python", "-m", "service.dev.run", terminate_timeout=GOODBYE)


@nox.session(venv_backend="none")
def token(session: nox.Session) -> None:
    """Print a token for calls to what `run` serves: `-- USER_ID`, or a visitor's; `-- --help` for its claims."""
    python = next((ROOT / ".nox").glob("run*/bin/python"), None)
    if python is None:
        session.error("It uses what the service runs on. Start that first: nox -s run")
    session.run(str(python), "-m", "service.dev.token", *session.posargs, external=True)


@nox.session
def serve(session: nox.Session) -> None:
    """Serve as production does, by the environment alone."""
    takes_no_arguments(session)
    sync(session)
    session.run("python", "-m", "service", terminate_timeout=GOODBYE)


@nox.session
def test(session: nox.Session) -> None:
    """Run the tests on SQLite and PostgreSQL; `-- full` adds the slow ones and coverage."""
    sync(session, "dev", "test", "check")
    options = ["-n", "2", *session.posargs]
    if "full" in options:
        options.remove("full")
        session.run("coverage", "erase")
        options += ["--cov", "--cov-report=term-missing:skip-covered"]
    else:
        options += ["-m", "not slow"]
    session.run("pytest", "--ignore=tests/faults", "--ignore=tests/nextjs", *options)


@nox.session
def faults(session: nox.Session) -> None:
    """Break a real PostgreSQL, PgBouncer and network under load; `-- soak` does so at random for ten minutes."""
    sync(session, "dev", "test")
    options = [option for option in session.posargs if option != "soak"]
    kind = "not soak" if options == session.posargs else "soak"
    session.run("pytest", "tests/faults", "-m", kind, "-s", *options)


@nox.session
def check(session: nox.Session) -> None:
    """Check types, style, the house's rules, the dependencies and what was mirrored; `fix` mends what it can."""
    takes_no_arguments(session)
    sync(session, "dev", "test", "check")
    try:
        session.run("ruff", "check")
        session.run("ruff", "format", "--check")
    except CommandFailed:
        session.error("Let a machine mend what it can: nox -s fix")
    session.run("pyright", "--pythonpath", str(Path(session.bin) / "python"))
    session.run("lint-imports")
    session.run("deptry", ".")
    session.run("hadolint", "Containerfile")
    session.run("python", "-m", "service.dev.mirror", "--verify")
    session.run("python", "-m", "service.dev.declarations.undecided")
    session.run("python", "-m", "service.dev.audit")


@nox.session
def fix(session: nox.Session) -> None:
    """Mend what a machine can: style, layout, the generated models, the API document."""
    takes_no_arguments(session)
    sync(session, "dev", "check")
    # 1 says that something is left which ruff cannot fix: `check` reports it.
    session.run("ruff", "check", "--fix", "--quiet", success_codes=[0, 1])
    session.run("ruff", "format", "--quiet")
    session.run(*GENERATE, "service.dev.generator")
    session.run("python", "-m", "service.dev.openapi")
    session.run("python", "-m", "service.dev.adopt.example")


@nox.session
def smoke(session: nox.Session) -> None:
    """Create the application for each environment, with production's packages and no database."""
    takes_no_arguments(session)
    sync(session)
    session.run("python", "-m", "service.dev.smoke")


@nox.session
def orm(session: nox.Session) -> None:
    """Generate service/models; `-- --check` only says whether they are up to date."""
    sync(session, "dev", "check")
    session.run(*GENERATE, "service.dev.generator", *session.posargs, terminate_timeout=GOODBYE)


@nox.session
def models(session: nox.Session) -> None:
    """Generate the tables' models alone."""
    sync(session, "dev", "check")
    session.run(*GENERATE, "service.dev.generator", "tables", *session.posargs, terminate_timeout=GOODBYE)


@nox.session
def view_models(session: nox.Session) -> None:
    """Generate the views' models alone."""
    sync(session, "dev", "check")
    session.run(*GENERATE, "service.dev.generator", "views", *session.posargs, terminate_timeout=GOODBYE)


@nox.session
def mirror(session: nox.Session) -> None:
    """Copy a Prisma folder into migrations-readonly; `-- --check PATH` says whether app-web has moved on."""
    sync(session, "dev")
    session.run("python", "-m", "service.dev.mirror", *session.posargs)


@nox.session
def adopt(session: nox.Session) -> None:
    """Make a Prisma folder an API over its models: `-- ../your-app/prisma`; `-- --help` for what can be chosen."""
    sync(session, "dev", "test", "check")
    session.run(*GENERATE, "service.dev.adopt", *session.posargs, terminate_timeout=GOODBYE)


@nox.session
def resource(session: nox.Session) -> None:
    """Write the resources of models that have none, or new columns: `-- Invoice`."""
    sync(session, "dev", "test", "check")
    session.run(*GENERATE, "service.dev.adopt", "--resource", *session.posargs, terminate_timeout=GOODBYE)


@nox.session
def openapi(session: nox.Session) -> None:
    """Write service/openapi.json; `-- --check` says whether it is up to date and breaks no client."""
    sync(session)
    session.run("python", "-m", "service.dev.openapi", *session.posargs)


@nox.session
def container(session: nox.Session) -> None:
    """Build the Containerfile with buildah, without an engine, and start it against a PostgreSQL."""
    takes_no_arguments(session)
    sync(session, "dev", "test")
    session.run("python", "-m", "tests.container.build")


@nox.session
def clients(session: nox.Session) -> None:
    """Generate clients from the API document with the tools that users have, and let them call; needs Node, and Go for one."""
    needs_example(session)
    sync(session, "dev", "test", "clients")
    session.run("python", "-m", "tests.example.clients.run", *session.posargs)


@nox.session
def web(session: nox.Session) -> None:
    """Build a Next.js app that calls the service as the README says, and drive it; needs Node and Chromium."""
    needs_example(session)
    sync(session, "dev", "test")
    # 900 s, because the first test waits for `npm ci` and `next build`, and one writes 500 times.
    session.run("pytest", "tests/nextjs", "--timeout=900", *session.posargs)


@nox.session
def adopted(session: nox.Session) -> None:
    """Have copies of the checkout adopt the schemas of tests/prisma, and check that what they serve conforms."""
    sync(session, "dev", "test", "check")
    session.run("python", "-m", "tests.adopted", *session.posargs)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Call the API with whatever Schemathesis can think of; `-- --examples=1000` for longer."""
    sync(session, "dev", "test")
    session.run("pytest", "tests/conformance/test_fuzz.py", "--examples=200", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Load this service and what its users would pick in turn, and compare; `-- --help` for what can be chosen.

    `-- search` measures `q` on a million rows instead, without an index and with, `-- access` what it costs that a
    caller may read some rows and not others, and `-- traces` what traces cost.
    """
    needs_example(session)
    sync(session, "dev", "test")
    first, *options = session.posargs or [""]
    if first in {"search", "access", "traces"}:
        session.run("python", "-m", f"tests.example.bench.{first}", *options)
    else:
        session.run("python", "-m", "tests.example.bench", *session.posargs)
