"""Keys and certificates of made-up hospitals."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

START = datetime(2025, 1, 1, tzinfo=UTC)
END = START + timedelta(days=365)


class Unit(NamedTuple):
    """A private key and its own certificate, both PEM."""

    key: bytes
    certificate: str


@cache
def unit(name="Bệnh viện A", kind="rsa"):
    """A hospital's key: 'rsa' (2048 bits), 'ec' (P-256) or 'weak' (RSA of 1024 bits)."""
    key = ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else rsa.generate_private_key(65537, _bits(kind))
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder(issuer_name=who, subject_name=who, public_key=key.public_key(), serial_number=1)
    certificate = builder.not_valid_before(START).not_valid_after(END).sign(key, hashes.SHA256())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Unit(pem, certificate.public_bytes(Encoding.PEM).decode())


def _bits(kind):
    return 1024 if kind == "weak" else 2048
