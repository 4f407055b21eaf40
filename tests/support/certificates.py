"""A certificate authority of the tests' own, and what it signs."""

import ipaddress
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Signed:
    """A certificate and its key, as files."""

    cert: Path
    key: Path
    identity: Path
    """Both, as PKCS #12."""


class Authority:
    """Signs certificates into a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "the tests")])
        self.cert = self._build(self.name, self.key, [x509.BasicConstraints(ca=True, path_length=None)])
        self.path = folder / "ca.pem"
        self.path.write_bytes(self.cert.public_bytes(Encoding.PEM))

    def sign(self, name: str, host: str, password: bytes | None = None) -> Signed:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        address = x509.IPAddress(ipaddress.ip_address(host))
        cert = self._build(subject, key, [x509.SubjectAlternativeName([address])])
        locked = BestAvailableEncryption(password) if password else NoEncryption()
        signed = Signed(*(self.folder / f"{name}.{kind}" for kind in ("pem", "key", "p12")))
        signed.cert.write_bytes(cert.public_bytes(Encoding.PEM))
        signed.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked))
        signed.identity.write_bytes(
            pkcs12.serialize_key_and_certificates(name.encode(), key, cert, [self.cert], locked)
        )
        return signed

    def server_context(self) -> ssl.SSLContext:
        """What a server at 127.0.0.1 speaks TLS with."""
        signed = self.sign("server", "127.0.0.1")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(signed.cert, signed.key)
        return context

    def _build(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, extensions: list[x509.ExtensionType]
    ) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder(subject_name=subject, issuer_name=self.name, public_key=key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(datetime.now(UTC) - DAY)
            .not_valid_after(datetime.now(UTC) + DAY)
        )
        for extension in extensions:
            builder = builder.add_extension(extension, critical=False)
        return builder.sign(self.key, hashes.SHA256())
