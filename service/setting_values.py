"""The values of settings, out of the texts of their variables. Each raises `ValueError`, or what names its faults."""

from ipaddress import ip_network
from urllib.parse import urlsplit

import msgspec

from service.origins import OriginError, origin_fault
from service.prisma.url import DatabaseUrl, parse_database_url


def replica_urls(text: str) -> tuple[DatabaseUrl, ...]:
    return tuple(parse_database_url(url) for url in msgspec.json.decode(text, type=list[str]))


def origins(text: str) -> tuple[str, ...]:
    origins = msgspec.json.decode(text, type=list[str])
    if faults := [fault for origin in origins if (fault := origin_fault(origin))]:
        raise OriginError(faults)
    return tuple(origins)


def sentry_dsn(text: str) -> str:
    parts = urlsplit(text)
    if (
        parts.scheme not in {"http", "https"}
        or not (parts.hostname and parts.username)
        or parts.port == 0  # raises where it is no number
        or not parts.path.rpartition("/")[2].isdecimal()
    ):
        raise ValueError
    return text


def otlp_endpoint(text: str) -> str:
    parts = urlsplit(text)
    # Credentials are for OTEL_EXPORTER_OTLP_HEADERS: this one is shown.
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.port == 0:
        raise ValueError
    return text


def addresses(text: str) -> str:
    for address in text.split(","):
        if address.strip() != "*":
            ip_network(address.strip(), strict=False)
    return text
