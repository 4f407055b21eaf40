"""The TLS parameters of a Prisma URL, in terms of Python's ssl."""

import ssl
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12

SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
SYSTEM = "system"
"""In place of a file: the authorities that this machine trusts. As with libpq, the server's name is checked too."""
SSL_ACCEPTS = ("strict", "accept_invalid_certs")
UNUSABLE = "they must be PEM, sslidentity PKCS #12, sslkey goes with its sslcert, and sslpassword opens them"
TEMPORARY_FOLDER = "a folder for temporary files: let one be written at /tmp, or name one in TMPDIR"


@dataclass
class Tls:
    """What a URL says of TLS; files are paths."""

    mode: str = "prefer"
    accept: str | None = None
    binding: str = "prefer"
    cert: str | None = None
    """The certificate authority of the server, as Prisma means it; the client's certificate where `key` is given."""
    key: str | None = None
    root: str | None = None
    identity: str | None = None
    password: str | None = None

    @property
    def authority(self) -> str | None:
        if self.root == SYSTEM:
            return None
        return self.root or (None if self.key else self.cert)

    @property
    def strictness(self) -> str:
        """The `sslmode` that all parameters together mean: those that need TLS get TLS."""
        if self.mode == "disable" or self.mode.startswith("verify"):
            return self.mode
        if self.accept == "strict" or self.root == SYSTEM:
            return "verify-full"
        if self.mode == "require" and self.authority and self.accept is None:
            return "verify-ca"
        needs_tls = self.identity or self.key or self.binding == "require"
        return "require" if needs_tls else self.mode


def ssl_argument(tls: Tls) -> str | ssl.SSLContext:
    """The `ssl` argument of asyncpg. Raises `ValueError` for files that cannot be used."""
    mode = tls.strictness
    if mode in {"disable", "allow", "prefer"}:
        return mode
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = mode == "verify-full"
    context.verify_mode = ssl.CERT_REQUIRED if mode.startswith("verify") else ssl.CERT_NONE
    if tls.identity and not _has_temporary_folder():
        raise ValueError(f"sslidentity needs {TEMPORARY_FOLDER}; sslcert and sslkey need none")
    try:
        _load_files(context, tls)
    except (OSError, ValueError):
        raise ValueError(UNUSABLE) from None
    return context


def _has_temporary_folder() -> bool:
    """Whether a temporary file can be written; a container's file system may be read-only as a whole."""
    try:
        tempfile.gettempdir()
    except OSError:
        return False
    return True


def _load_files(context: ssl.SSLContext, tls: Tls) -> None:
    if tls.authority:
        context.load_verify_locations(tls.authority)
    else:
        context.load_default_certs()
    if tls.identity:
        _load_identity(context, Path(tls.identity).read_bytes(), tls.password)
    elif tls.key:
        context.load_cert_chain(tls.cert or "", tls.key, tls.password or "")


def _load_identity(context: ssl.SSLContext, content: bytes, password: str | None) -> None:
    """Load a PKCS #12 file, which Python's ssl cannot read, through a PEM file that only this user can read."""
    key, certificate, chain = pkcs12.load_key_and_certificates(content, (password or "").encode() or None)
    if key is None or certificate is None:
        raise ValueError
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pem += b"".join(each.public_bytes(Encoding.PEM) for each in (certificate, *chain))
    with tempfile.NamedTemporaryFile() as file:
        file.write(pem)
        file.flush()
        context.load_cert_chain(file.name)
