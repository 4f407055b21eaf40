"""Parsers of environment variables. Each raises `ValueError`, or a subclass of it whose `faults` say what is wrong."""

from ipaddress import ip_network
from urllib.parse import urlsplit

import msgspec

from service.prisma.url import DatabaseUrl, DatabaseUrlError, parse_database_url

DEFAULT_PORTS = {"http": 80, "https": 443}


class OriginError(ValueError):
    """Origins that no browser would send: `faults` holds a sentence for each, without its full stop."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("; ".join(faults))


def replica_urls(text: str) -> tuple[DatabaseUrl, ...]:
    urls: list[DatabaseUrl] = []
    faults: list[str] = []
    for number, url in enumerate(msgspec.json.decode(text, type=list[str]), start=1):
        try:
            urls.append(parse_database_url(url))
        except DatabaseUrlError as error:
            faults.extend(f"no. {number} {fault}" for fault in error.faults)
    if faults:
        raise DatabaseUrlError(faults)
    return tuple(urls)


def origins(text: str) -> tuple[str, ...]:
    origins = msgspec.json.decode(text, type=list[str])
    if faults := [fault for origin in origins if (fault := _origin_fault(origin))]:
        raise OriginError(faults)
    return tuple(origins)


def sentry_dsn(text: str) -> str:
    parts = urlsplit(text)
    if (
        parts.scheme not in {"http", "https"}
        or not (parts.hostname and parts.username)
        or parts.port == 0  # `port` raises ValueError where it is no number
        or not parts.path.rpartition("/")[2].isdecimal()
    ):
        raise ValueError
    return text


def otlp_endpoint(text: str) -> str:
    parts = urlsplit(text)
    is_place = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    # Credentials belong in OTEL_EXPORTER_OTLP_HEADERS, since diagnostics show this URL. It may have no query or
    # fragment, since a path is appended.
    if not is_place or "@" in parts.netloc or "?" in text or "#" in text:
        raise ValueError
    return text


def addresses(text: str) -> str:
    for address in text.split(","):
        if address.strip() != "*":
            ip_network(address.strip(), strict=False)
    return text


def _origin_fault(origin: str) -> str | None:
    """Why no browser would ever send this as its `Origin`; None where one would, and for `*`, which stands for all.

    An origin that differs in one character matches no request, and nothing else would say so.
    """
    if origin == "*":
        return None
    try:
        parts = urlsplit(origin)
        port = parts.port
    except ValueError:
        return "holds an origin that is not a valid URL"
    if any(not "!" <= character <= "~" for character in origin):
        # Spaces, which urlsplit would drop, and host names that browsers send in their ASCII form.
        return f"names {origin!r}: an origin holds no spaces, and other letters than ASCII's as browsers send them (xn--…)"
    if not parts.scheme or not parts.hostname:
        return f"names {origin!r}, which needs a scheme and a host, as https://www.example.com has them"
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    right = f"{parts.scheme}://{host}"
    if port not in {None, DEFAULT_PORTS.get(parts.scheme)}:
        right += f":{port}"
    if "*" in origin:
        return f"names {right}: an origin cannot contain *, so list each origin in full"
    if origin == right:
        return None
    return f"must name {right} without {_surplus(origin, right)}"


def _surplus(origin: str, right: str) -> str:
    parts = urlsplit(origin)
    if "@" in parts.netloc:
        return "a user before the host"
    if origin.lower() == f"{right}/":
        return "the slash at its end"
    if parts.path or parts.query or parts.fragment:
        return "what follows the host and the port"
    if origin.lower() == right:
        return "capitals"
    if parts.port == DEFAULT_PORTS.get(parts.scheme):
        return "the port that its scheme has anyway"
    return "a port that is empty or begins with 0"
