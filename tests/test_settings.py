"""Settings: read once, every fault named at once, no secret shown."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from service.api.v1.private.masked import masked_settings
from service.core.telemetry.sentry import PRIVATE
from service.settings import PORT, SECRETS, Environment, Settings, SettingsError, load_settings

ROOT = Path(__file__).parents[1]
GOOD = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "k" * 32,
    "DATABASE_URL": "postgresql://app:s3cr3t-word@db.internal:5432/app?schema=public&connection_limit=7",
}


def faults(**variables: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(GOOD | variables)
    return caught.value.faults


def test_good_settings() -> None:
    settings = load_settings(GOOD | {"BACKEND_CORS_ORIGINS": '["https://a.example"]', "PORT": "9000"})
    assert settings.environment is Environment.PRODUCTION
    assert settings.database_url.pool_size == 7
    assert settings.backend_cors_origins == ("https://a.example",)
    assert (settings.port, settings.api_docs, settings.is_local) == (9000, False, False)
    assert load_settings(GOOD | {"ENVIRONMENT": "staging"}).api_docs


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "changethis"),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", ""),
        ("OTHER_SECRET_KEY", "changethis"),
        ("OTHER_SECRET_KEY", "short"),
        ("OTHER_SECRET_KEY", GOOD["SECRET_KEY"]),
        ("ENVIRONMENT", "prod"),
        ("BACKEND_CORS_ORIGINS", "https://a.example"),
        ("BACKEND_CORS_ORIGINS", '["https://a.example/"]'),
        ("BACKEND_CORS_ORIGINS", '["*"]'),
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "mysql://a:b@c/d"),
        ("DATABASE_URL", "sqlite:///a.db"),
        ("DATABASE_URL", "postgresql://a:b@c/d?conection_limit=1"),
        ("DATABASE_REPLICA_URLS", "postgresql://a:b@c/d"),
        ("SENTRY_DSN", "not a dsn"),
        ("SENTRY_DSN", "https://key@sentry.example.com/project"),
        ("SENTRY_DSN", "https://key@sentry.example.com:port/1"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://user:s3cr3t-word@collector:4318"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://:s3cr3t-word@collector:4318"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318?key=s3cr3t-word"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318?"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318/#"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:port"),
        ("SECRET_KEY", f"{'k' * 32}\udcff"),
        ("LISTEN_FD", "9999999999"),
        ("PORT", "80000"),
        ("WORKERS", "0"),
        ("API_DOCS", "perhaps"),
        ("DATABASE_TIMEOUT", "-1"),
        ("DATABASE_TIMEOUT", "inf"),
        ("DATABASE_TIMEOUT", "nan"),
        ("SHUTDOWN_DELAY", "inf"),
        ("SHUTDOWN_TIMEOUT", "9999999999999999999999999"),
        ("METRICS_PORT", "0"),
        ("METRICS_PORT", "8000"),
        ("TRUSTED_PROXIES", "10.0.0.0/8, load-balancer"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    (fault,) = faults(**{name: value})
    assert fault.startswith(name)


def test_with_an_inherited_socket_the_port_is_nobodys() -> None:
    assert load_settings(GOOD | {"METRICS_PORT": "8000", "LISTEN_FD": "3"}).metrics_port == PORT


@pytest.mark.parametrize(
    ("origin", "says"),
    [
        ("https://a.example/", "https://a.example without the slash at its end"),
        ("https://a.example/app", "https://a.example without what follows the host"),
        ("https://a.example?x=1", "https://a.example without what follows the host"),
        ("https://A.example", "https://a.example without capitals"),
        ("https://a.example:443", "https://a.example without the port"),
        ("http://a.example:80", "http://a.example without the port"),
        ("https://user:s3cr3t-word@a.example", "https://a.example without a user"),
        ("a.example", "needs a scheme and a host"),
        ("https://*.a.example", "cannot contain *"),
        ("https://[a", "not a valid URL"),
        ("https://a.example ", "holds no spaces"),
        (" https://a.example", "holds no spaces"),
        ("https://a.example\\n", "holds no spaces"),
        ("https://\u00e4.example", "as browsers send them"),
        ("https://a.example:", "https://a.example without a port that is empty"),
        ("https://a.example:08443", "https://a.example:8443 without a port that is empty or begins with 0"),
        ("", "needs a scheme and a host"),
    ],
)
def test_a_wrong_origin_says_what_is_wrong_with_it(origin: str, says: str) -> None:
    (fault,) = faults(BACKEND_CORS_ORIGINS=f'["https://good.example:8443", "{origin}"]')
    assert says in fault
    assert "s3cr3t-word" not in fault


@pytest.mark.parametrize("origin", ["https://[::1]:3000", "http://localhost:3000", "capacitor://localhost"])
def test_origins_are_taken_as_browsers_send_them(origin: str) -> None:
    settings = load_settings(GOOD | {"BACKEND_CORS_ORIGINS": f'["{origin}"]'})
    assert settings.backend_cors_origins == (origin,)


@pytest.mark.parametrize("proxies", ["*", "10.0.0.1", "10.0.0.0/8, ::1", "10.1.2.3/8"])
def test_proxies_are_addresses_and_networks(proxies: str) -> None:
    assert load_settings(GOOD | {"TRUSTED_PROXIES": proxies}).trusted_proxies == proxies


def test_every_wrong_replica_is_named() -> None:
    urls = ["postgresql://me@one/app", "mysql://me:s3cr3t-word@two", "postgresql://me@three?schema="]
    found = faults(DATABASE_REPLICA_URLS=json.dumps(urls))
    assert [fault.partition(" must")[0].partition(" has")[0] for fault in found] == [
        "DATABASE_REPLICA_URLS no. 2",
        "DATABASE_REPLICA_URLS no. 3",
    ]
    assert "s3cr3t-word" not in "".join(found)


def test_every_fault_is_named_at_once_and_no_secret_is_shown() -> None:
    found = faults(
        ENVIRONMENT="x", PORT="x", DATABASE_URL="postgresql://a:s3cr3t-word@c/d?sslmode=x&conection_limit=1"
    )
    assert len(found) == 4
    assert "s3cr3t-word" not in "".join(found)


def test_secrets_are_masked() -> None:
    settings = load_settings(
        GOOD | {"SENTRY_DSN": "https://key@sentry.example.com/1", "OTHER_SECRET_KEY": "o" * 32}
    )
    for shown in (repr(masked_settings(settings)), repr(settings.database_url)):
        assert "s3cr3t-word" not in shown
    for secret in ("k" * 32, "o" * 32):
        assert secret not in repr(masked_settings(settings))


SHOWN = {"environment", "backend_cors_origins", "otel_exporter_otlp_endpoint", "host", "trusted_proxies"}
"""The text settings that anybody may see. A new one is added here, or declared `secret`."""


def test_of_every_text_it_is_decided_whether_it_is_secret() -> None:
    numbers = {"bool", "int", "float"}
    texts = {
        field.name
        for field in msgspec.structs.fields(Settings)
        if not any(kind in re.findall(r"\w+", str(field.type)) for kind in numbers)
    }
    assert texts == SHOWN | SECRETS
    assert not SHOWN & SECRETS


def test_what_is_secret_is_masked_and_kept_from_sentry() -> None:
    settings = load_settings(
        GOOD
        | {
            "OTHER_SECRET_KEY": "o" * 32,
            "SENTRY_DSN": "https://key@sentry.example.com/1",
            "DATABASE_REPLICA_URLS": '["postgresql://app:s3cr3t-word@replica/app"]',
        }
    )
    shown = masked_settings(settings)
    for name in SECRETS:
        assert "***" in str(shown[name]), name
    assert "s3cr3t-word" not in str(shown)
    assert set(PRIVATE) >= SECRETS


def test_every_setting_is_documented_and_no_other() -> None:
    names = {name.upper() for name in Settings.__struct_fields__}
    example = (ROOT / ".env.example").read_text("utf-8")
    assert set(re.findall(r"^(?:# )?([A-Z_]+)=", example, re.MULTILINE)) == names
    readme = (ROOT / "README.md").read_text("utf-8")
    table = readme[readme.index("## Settings") : readme.index("## Sessions")]
    rows = re.findall(r"^\| (`[A-Z_`, ]+`) \|", table, re.MULTILINE)
    assert {name for row in rows for name in re.findall(r"[A-Z_]+", row)} == names


def test_the_defaults_that_are_documented_are_true() -> None:
    example = (ROOT / ".env.example").read_text("utf-8")
    fields = {field.name.upper(): field.default for field in msgspec.structs.fields(Settings)}
    stated = re.findall(r"Default: ([^\n]+?)\.\n(?:# )?([A-Z_]+)=", example)
    assert len(stated) > 10
    for said, name in stated:
        default = fields[name]
        if default in (None, ()):
            assert said in {"none", "off"}, name
        elif isinstance(default, str):
            assert said == default, name
        elif not isinstance(default, bool):
            assert float(said.split(",")[0]) == default, name


def test_the_process_stops_with_one_readable_message() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | {
        "PORT": "x"
    }
    done = subprocess.run(
        [sys.executable, "-m", "service"],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    for name in ("ENVIRONMENT", "SECRET_KEY", "DATABASE_URL", "PORT"):
        assert name in done.stderr
