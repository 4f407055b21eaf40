"""Prints where the API, its document and its database are, once `nox -s run` serves."""

import http.client
import threading
import time

from service.settings import Settings

HEALTH = "/api/v1/utils/health-check"
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # compared, not listened at
SECONDS = 0.1
OK = 200


def announce(settings: Settings, host: str, port: int, database: str) -> None:
    """Print the URLs and the database as soon as the service answers: once, however often it is reloaded."""
    threading.Thread(target=_announce, args=(settings, host, port, database), daemon=True).start()


def _announce(settings: Settings, host: str, port: int, database: str) -> None:
    host = EVERYWHERE.get(host, host)
    while not _answers(host, port):
        time.sleep(SECONDS)
    base = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    lines = [("Health check", base + HEALTH)]
    if settings.api_docs:
        lines.append(("API document", f"{base}/api/v1/docs"))
    lines.append(("Database", database))
    if settings.is_local:
        lines.append(("Token", "nox -s token -- USER_ID"))
    print("".join(f"{name:<15}{what}\n" for name, what in lines), end="", flush=True)


def _answers(host: str, port: int) -> bool:
    # http.client, because other clients would go through a proxy that the environment names.
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", HEALTH)
        return connection.getresponse().status == OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
