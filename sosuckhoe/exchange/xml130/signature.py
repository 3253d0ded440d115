"""The unit's signature of a file (CHUKYDONVI): an enveloped XML signature over the whole document.

https://www.w3.org/TR/xmldsig-core1/, verified with signxml against the certificate that the facility has registered.
Only one form is accepted: one signature, in CHUKYDONVI of the root, of one reference to the whole document (URI=""),
with the enveloped transform and a canonicalisation without comments, RSA or ECDSA with SHA-256. What `verify` returns
are the bytes that were signed: read those, and nothing can be read that was not.
"""

from __future__ import annotations

import logging
from base64 import b64decode
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier

from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange.xml130 import guard
from sosuckhoe.exchange.xml130.read import CHECK_IN_ROOT, ENVELOPE_ROOT
from sosuckhoe.exchange.xml130.shape import SIGNATURE

if TYPE_CHECKING:
    from datetime import datetime

logging.getLogger("signxml").setLevel(logging.WARNING)  # it would log whole documents, and they hold records

_DS = "{http://www.w3.org/2000/09/xmldsig#}"
_ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
_CANONICAL = {
    CanonicalizationMethod.CANONICAL_XML_1_0.value,
    CanonicalizationMethod.CANONICAL_XML_1_1.value,
    CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0.value,
}
_METHODS = frozenset({SignatureMethod.RSA_SHA256, SignatureMethod.ECDSA_SHA256})
_DIGESTS = frozenset({DigestAlgorithm.SHA256})
_SMALLEST_RSA_KEY = 2048


def verify(data: bytes, certificate_pem: str, at: datetime) -> bytes:
    """The bytes that the facility signed: canonical, without the signature. Problem SSK-2020 to 2027 otherwise.

    `at` is when the file arrived, with its zone: the certificate must have been valid then. A signature does not prove
    when it was made, so an expired certificate is not believed because the file says that it is older.
    """
    certificate = _certificate(certificate_pem)
    root_tag = _demand_form(data, certificate)
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        raise Problem("SSK-2025")
    return _signed_bytes(data, certificate, at, root_tag)


def sign(data: bytes, key_pem: bytes, certificate_pem: str) -> bytes:
    """The file with a signature in its CHUKYDONVI, which is emptied first. The key is not encrypted."""
    root = _root(data)
    for place in root.findall(SIGNATURE):
        root.remove(place)
    place = etree.SubElement(root, SIGNATURE)
    etree.SubElement(place, f"{_DS}Signature", {"Id": "placeholder"}, nsmap={"ds": _DS.strip("{}")})
    key = load_pem_private_key(key_pem, password=None)
    method = SignatureMethod.RSA_SHA256 if isinstance(key, rsa.RSAPrivateKey) else SignatureMethod.ECDSA_SHA256
    signer = XMLSigner(
        signature_algorithm=method,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.CANONICAL_XML_1_0,
    )
    signed = signer.sign(root, key=key_pem, cert=certificate_pem)
    return etree.tostring(signed, xml_declaration=True, encoding="UTF-8")


def _root(data: bytes) -> etree._Element:
    """The document as signxml will see it, after the guard has seen it: no DOCTYPE, bounded size and depth."""
    guard.demand_depth(guard.parse(data, guard.DEFAULT.envelope_bytes))
    return etree.fromstring(data, _parser())


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=True, encoding="utf-8")


def _certificate(pem: str) -> x509.Certificate:
    """The registered certificate. Problem SSK-2027 where it cannot be read or its key is too weak."""
    try:
        certificate = x509.load_pem_x509_certificate(pem.encode())
        key = certificate.public_key()
    except ValueError:
        raise Problem("SSK-2027") from None
    strong = isinstance(key, ec.EllipticCurvePublicKey) or (
        isinstance(key, rsa.RSAPublicKey) and key.key_size >= _SMALLEST_RSA_KEY
    )
    if not strong:
        raise Problem("SSK-2027")
    return certificate


def _demand_form(data: bytes, certificate: x509.Certificate) -> str:
    """The only form that is accepted; the name of the root. The tree is gone before the library makes its own."""
    root = _root(data)
    signature = _the_signature(root)
    _demand_whole_document(signature)
    _demand_algorithms(signature)
    _demand_own_key(signature, certificate)
    return str(root.tag)


def _the_signature(root: etree._Element) -> etree._Element:
    """The only signature of the document, in the only place for it."""
    found = list(root.iter(f"{_DS}Signature"))
    if not found:
        raise Problem("SSK-2020")
    places = root.findall(SIGNATURE)
    if len(found) != 1 or len(places) != 1 or found[0].getparent() is not places[0]:
        raise Problem("SSK-2021")
    if root.tag not in (ENVELOPE_ROOT, CHECK_IN_ROOT):
        raise Problem("SSK-2008")
    return found[0]


def _demand_whole_document(signature: etree._Element) -> None:
    """One reference, to the document itself, and nothing done to it but what every reader of it does."""
    references = list(signature.iter(f"{_DS}Reference"))
    if len(references) != 1 or references[0].get("URI") != "":
        raise Problem("SSK-2022")
    transforms = [transform.get("Algorithm") for transform in references[0].iter(f"{_DS}Transform")]
    if transforms.count(_ENVELOPED) != 1 or not set(transforms) <= _CANONICAL | {_ENVELOPED}:
        raise Problem("SSK-2022")


def _demand_algorithms(signature: etree._Element) -> None:
    """RSA or ECDSA with SHA-256, over SHA-256 digests. signxml is told the same; this tells the sender."""
    wanted = (
        ("CanonicalizationMethod", _CANONICAL),
        ("SignatureMethod", {method.value for method in _METHODS}),
        ("DigestMethod", {digest.value for digest in _DIGESTS}),
    )
    for name, accepted in wanted:
        if {element.get("Algorithm") for element in signature.iter(f"{_DS}{name}")} - accepted:
            raise Problem("SSK-2023")


def _demand_own_key(signature: etree._Element, certificate: x509.Certificate) -> None:
    """Certificates that the signature brings are not believed, but they must not be those of a stranger only."""
    brought = [element.text or "" for element in signature.iter(f"{_DS}X509Certificate")]
    own = certificate.public_bytes(Encoding.DER)
    try:
        if brought and own not in [b64decode(text) for text in brought]:
            raise Problem("SSK-2024")
    except ValueError:
        raise Problem("SSK-2024") from None


def _signed_bytes(data: bytes, certificate: x509.Certificate, at: datetime, root_tag: str) -> bytes:
    config = SignatureConfiguration(
        location=f"./{SIGNATURE}/",
        expect_references=1,
        signature_methods=_METHODS,
        digest_algorithms=_DIGESTS,
        verification_time=at,
        default_reference_c14n_method=CanonicalizationMethod.CANONICAL_XML_1_0,
    )
    try:
        result = XMLVerifier().verify(data, x509_cert=certificate, parser=_parser(), expect_config=config)
    except Exception:  # noqa: BLE001 -- whatever the library stumbles over, it has not verified
        raise Problem("SSK-2026") from None
    if isinstance(result, list) or result.signed_xml is None or result.signed_xml.tag != root_tag:
        raise Problem("SSK-2022")
    return result.signed_data
