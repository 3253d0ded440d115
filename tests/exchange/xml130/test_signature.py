"""The unit's signature: what is accepted, and every way round it that is known."""

import logging
from base64 import b64encode
from copy import deepcopy
from datetime import timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureConstructionMethod, SignatureMethod
from signxml.processor import XMLSignatureProcessor
from signxml.signer import XMLSigner

from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange.xml130.read import read_check_in, read_envelope
from sosuckhoe.exchange.xml130.signature import sign, verify
from sosuckhoe.exchange.xml130.write import write_check_in, write_envelope
from tests.exchange.xml130 import good
from tests.exchange.xml130.certificates import END, START, unit

DS = "{http://www.w3.org/2000/09/xmldsig#}"
AT = START + timedelta(days=30)
FILE = write_envelope([good.package()], "79001", "20250601")


@pytest.fixture(scope="module")
def signed():
    return sign(FILE, *unit())


def refused(data, certificate=None, at=AT):
    """The number of the Problem."""
    with pytest.raises(Problem) as problem:
        verify(data, certificate or unit().certificate, at)
    assert problem.value.vi
    assert problem.value.en
    return problem.value.number


def changed(data, change):
    """The file after a change to its tree."""
    root = etree.fromstring(data)
    change(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def signed_otherwise(root=None, **settings):
    """A file signed by the right key in a way that is not accepted."""
    root = etree.fromstring(FILE) if root is None else root
    place = root.find("CHUKYDONVI")
    etree.SubElement(place, f"{DS}Signature", Id="placeholder", nsmap={"ds": DS.strip("{}")})
    reference = settings.pop("reference_uri", None)
    signer = XMLSigner(**{"c14n_algorithm": CanonicalizationMethod.CANONICAL_XML_1_0, **settings})
    done = signer.sign(root, key=unit().key, cert=unit().certificate, reference_uri=reference)
    return etree.tostring(done)


# ── accepted ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_what_was_signed_is_what_is_read(kind):
    data = sign(FILE, *unit(kind=kind))
    assert read_envelope(data).signed
    believed = verify(data, unit(kind=kind).certificate, AT)
    assert read_envelope(believed).packages == read_envelope(FILE).packages == [good.package()]
    assert read_envelope(data).packages == [good.package()]


def test_a_check_in_is_signed_in_the_same_way():
    data = sign(write_check_in([good.check_in()]), *unit())
    assert read_check_in(verify(data, unit().certificate, AT)).packages == [good.check_in()]


def test_signing_again_replaces_the_signature(signed):
    assert verify(sign(signed, *unit()), unit().certificate, AT) == verify(signed, unit().certificate, AT)


@pytest.mark.parametrize(
    "method",
    [
        CanonicalizationMethod.CANONICAL_XML_1_0,
        CanonicalizationMethod.CANONICAL_XML_1_1,
        CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    ],
)
def test_every_canonicalisation_without_comments(method):
    assert verify(signed_otherwise(c14n_algorithm=method), unit().certificate, AT)


def test_no_key_in_the_signature_is_needed(signed):
    """The registered certificate is the only one that is believed, so it may be left out."""
    data = changed(signed, lambda root: [info.getparent().remove(info) for info in root.iter(f"{DS}KeyInfo")])
    assert verify(data, unit().certificate, AT)


def test_line_ends_and_the_declaration_may_change_on_the_way(signed):
    assert verify(signed.replace(b"\n", b"\r\n"), unit().certificate, AT)
    assert verify(b"\xef\xbb\xbf" + signed, unit().certificate, AT)


# ── changed after signing ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "change",
    [
        lambda root: setattr(root.find(".//MACSKCB"), "text", "79002"),
        lambda root: setattr(root.find(".//NGAYLAP"), "text", "20250602"),
        lambda root: root.find(".//DANHSACHHOSO").append(deepcopy(root.find(".//HOSO"))),
        lambda root: root.find(".//HOSO").remove(root.find(".//FILEHOSO")),
        lambda root: setattr(root.find(".//NOIDUNGFILE"), "text", b64encode(b"<TONG_HOP/>").decode()),
        lambda root: root.set("a", "b"),
        lambda root: etree.SubElement(root.find("CHUKYDONVI"), "a"),
        lambda root: etree.SubElement(root, "GHICHU"),
        lambda root: setattr(root.find(f".//{DS}DigestValue"), "text", b64encode(bytes(32)).decode()),
        lambda root: setattr(root.find(f".//{DS}SignatureValue"), "text", b64encode(bytes(256)).decode()),
        lambda root: setattr(root.find(f".//{DS}SignatureValue"), "text", "x"),
        lambda root: setattr(root.find(f".//{DS}SignatureValue"), "text", None),
        lambda root: root.find(f".//{DS}Signature").remove(root.find(f".//{DS}SignedInfo")),
    ],
)
def test_a_file_that_was_changed_after_signing(signed, change):
    data = changed(signed, change)
    assert refused(data) in ("SSK-2022", "SSK-2026")


def test_a_comment_within_a_value_cannot_cut_it_short(signed):
    """Canonical form drops comments, so this verifies; what is read must then be the whole value too."""
    data = signed.replace(b"<MACSKCB>79001<", b"<MACSKCB>79<!-- -->001<")
    assert data != signed
    assert read_envelope(verify(data, unit().certificate, AT)).facility == "79001"
    assert read_envelope(data).facility == "79001"


@given(st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=150)
def test_any_change_to_the_signature_itself_is_refused_with_an_error_of_ours(random):
    root = etree.fromstring(sign(FILE, *unit()))
    element = random.choice([*root.find(f".//{DS}SignedInfo").iter(), root.find(f".//{DS}SignatureValue")])
    damage = random.choice(["remove", "text", "attribute", "child", "rename"])
    if damage == "remove":
        element.getparent().remove(element)
    elif damage == "text":
        element.text = random.choice([None, "", "x", "é", "AAAA", "%"])
        assume(element.tag in (f"{DS}DigestValue", f"{DS}SignatureValue") or element.text)
    elif damage == "attribute":
        element.set(random.choice(["Algorithm", "URI", "Id"]), random.choice(["x", "urn:x", "#x"]))
        assume(element.tag != f"{DS}SignatureValue")  # its Id is not signed, and means nothing
    elif damage == "child":
        etree.SubElement(element, random.choice([f"{DS}Transform", f"{DS}Reference", "x"]))
    else:
        element.tag = random.choice([f"{DS}x", "x"])
    refused(etree.tostring(root))


# ── wrapping ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _evil():
    evil = good.package()
    evil.tables["XML1"][0]["HO_TEN"] = "Kẻ Gian"
    return etree.fromstring(write_envelope([evil], "79001", "20250601"))


def test_a_signed_document_within_another_one(signed):
    """The signature is whole and true, but it signs a part that nobody reads."""
    outer = _evil()
    outer.append(etree.fromstring(signed))
    assert refused(etree.tostring(outer)) == "SSK-2021"


def test_a_signed_document_in_the_place_of_the_signature(signed):
    outer = _evil()
    outer.find("CHUKYDONVI").append(etree.fromstring(signed))
    assert refused(etree.tostring(outer)) == "SSK-2021"


def test_a_signature_that_refers_to_a_part_by_its_name():
    """The signed part is moved to where it is not read, and another one stands in its place."""
    root = etree.fromstring(FILE)
    root.find("THONGTINHOSO").set("Id", "part")
    data = signed_otherwise(root, reference_uri="#part", method=SignatureConstructionMethod.enveloped)
    assert refused(data) == "SSK-2022"
    wrapped = etree.fromstring(data)
    stolen = wrapped.find("THONGTINHOSO")
    wrapped.replace(stolen, _evil().find("THONGTINHOSO"))
    etree.SubElement(wrapped.find("CHUKYDONVI"), "Object").append(stolen)
    assert refused(etree.tostring(wrapped)) == "SSK-2022"


def test_a_second_signature(signed):
    twice = changed(signed, lambda root: root.find("CHUKYDONVI").append(deepcopy(root.find(f".//{DS}Signature"))))
    assert refused(twice) == "SSK-2021"
    elsewhere = changed(
        signed, lambda root: root.find("THONGTINDONVI").append(deepcopy(root.find(f".//{DS}Signature")))
    )
    assert refused(elsewhere) == "SSK-2021"


def test_a_signature_in_another_place(signed):
    moved = changed(signed, lambda root: root.append(root.find(f".//{DS}Signature")))
    assert refused(moved) == "SSK-2021"
    second_place = changed(signed, lambda root: root.insert(0, etree.Element("CHUKYDONVI")))
    assert refused(second_place) == "SSK-2021"


def test_a_second_reference(signed):
    data = changed(
        signed, lambda root: root.find(f".//{DS}SignedInfo").append(deepcopy(root.find(f".//{DS}Reference")))
    )
    assert refused(data) == "SSK-2022"


@pytest.mark.parametrize("uri", ["#x", "file:///etc/passwd", "http://127.0.0.1:9/", "#xpointer(/)", None])
def test_a_reference_to_anything_else(signed, uri):
    def point(root):
        reference = root.find(f".//{DS}Reference")
        reference.attrib.pop("URI") if uri is None else reference.set("URI", uri)

    assert refused(changed(signed, point)) == "SSK-2022"


@pytest.mark.parametrize(
    "algorithm",
    [
        "http://www.w3.org/TR/1999/REC-xpath-19991116",
        "http://www.w3.org/2002/06/xmldsig-filter2",
        "http://www.w3.org/TR/1999/REC-xslt-19991116",
        "http://www.w3.org/2000/09/xmldsig#base64",
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
        "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
    ],
)
def test_transforms_that_change_what_is_signed(signed, algorithm):
    """XPath and its kin can leave out of the signature whatever they like; the enveloped one belongs there once."""

    def add(root):
        etree.SubElement(root.find(f".//{DS}Transforms"), f"{DS}Transform", Algorithm=algorithm)

    assert refused(changed(signed, add)) == "SSK-2022"


def test_no_enveloped_transform(signed):
    def drop(root):
        transforms = root.find(f".//{DS}Transforms")
        transforms.remove(transforms[0])

    assert refused(changed(signed, drop)) == "SSK-2022"


def test_another_document_under_a_true_signature():
    root = etree.fromstring(b"<KHAC><CHUKYDONVI/></KHAC>")
    assert refused(signed_otherwise(root)) == "SSK-2008"


# ── keys and algorithms ──────────────────────────────────────────────────────────────────────────────────────────────


class Careless(XMLSigner):
    """Signs with what signxml itself does not sign with any more."""

    def check_deprecated_methods(self):
        """Nothing is forbidden here."""


@pytest.mark.parametrize(
    "settings",
    [
        {"signature_algorithm": SignatureMethod.RSA_SHA1},
        {"digest_algorithm": DigestAlgorithm.SHA1},
        {"signature_algorithm": SignatureMethod.RSA_SHA512},
        {"signature_algorithm": SignatureMethod.SHA256_RSA_MGF1},
        {"digest_algorithm": DigestAlgorithm.SHA512},
        {"c14n_algorithm": CanonicalizationMethod.CANONICAL_XML_1_0_WITH_COMMENTS},
    ],
)
def test_algorithms_that_are_not_accepted(settings, monkeypatch):
    monkeypatch.setattr(XMLSigner, "check_deprecated_methods", Careless.check_deprecated_methods)
    assert refused(signed_otherwise(**settings)) in ("SSK-2022", "SSK-2023")


def test_a_secret_that_everybody_knows(signed):
    """HMAC with the public certificate as its secret."""

    def confuse(root):
        root.find(f".//{DS}SignatureMethod").set("Algorithm", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256")

    assert refused(changed(signed, confuse)) == "SSK-2023"


def test_the_key_of_a_stranger_who_brings_his_certificate(signed):
    theirs = sign(FILE, *unit("Kẻ Gian"))
    assert verify(theirs, unit("Kẻ Gian").certificate, AT)
    assert refused(theirs) == "SSK-2024"


def test_the_key_of_a_stranger_who_brings_ours(signed):
    theirs = etree.fromstring(sign(FILE, *unit("Kẻ Gian")))
    ours = etree.fromstring(signed)
    theirs.find(f".//{DS}Signature").replace(theirs.find(f".//{DS}KeyInfo"), ours.find(f".//{DS}KeyInfo"))
    assert refused(etree.tostring(theirs)) == "SSK-2026"


def test_the_key_of_a_stranger_who_brings_none():
    data = changed(
        sign(FILE, *unit("Kẻ Gian")), lambda root: [info.getparent().remove(info) for info in root.iter(f"{DS}KeyInfo")]
    )
    assert refused(data) == "SSK-2026"


def test_a_certificate_that_is_none(signed):
    data = changed(signed, lambda root: setattr(root.find(f".//{DS}X509Certificate"), "text", "%%%"))
    assert refused(data) == "SSK-2024"


@pytest.mark.parametrize(
    ("at", "number"),
    [
        (START - timedelta(seconds=1), "SSK-2025"),
        (END + timedelta(seconds=1), "SSK-2025"),
        (START, None),
        (END, None),
    ],
)
def test_the_certificate_must_be_valid_when_the_file_arrives(signed, at, number):
    if number:
        assert refused(signed, at=at) == number
    else:
        assert verify(signed, unit().certificate, at)


@pytest.mark.parametrize("certificate", ["", "không phải chứng thư", unit().key.decode()])
def test_a_registered_certificate_that_cannot_be_read(signed, certificate):
    assert refused(signed, certificate or " ") == "SSK-2027"


def test_a_registered_key_that_is_too_weak():
    weak = unit(kind="weak")
    assert refused(sign(FILE, *weak), weak.certificate) == "SSK-2027"


# ── no signature, no XML ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("content", "number"),
    [
        (b"", "SSK-2020"),
        (b"<CHUKYDONVI/>", "SSK-2020"),
        (b"<CHUKYDONVI>abc</CHUKYDONVI>", "SSK-2020"),
        (b"<CHUKYDONVI><Signature/></CHUKYDONVI>", "SSK-2020"),
        (b'<CHUKYDONVI><Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/></CHUKYDONVI>', "SSK-2022"),
    ],
)
def test_a_file_without_a_signature(content, number):
    assert refused(FILE.replace(b"<CHUKYDONVI/>", content)) == number


def test_hostile_xml_is_refused_before_any_signature_is_looked_at(signed):
    assert refused(signed.replace(b"<GIAMDINHHS>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><GIAMDINHHS>")) == "SSK-2002"
    assert refused(signed.decode().encode("utf-16")) == "SSK-2004"
    assert refused(b"<GIAMDINHHS>" + b"<a>" * 1000 + b"</a>" * 1000 + b"</GIAMDINHHS>") == "SSK-2007"


def test_no_record_reaches_a_log(signed, caplog):
    """signxml writes the canonical document to its log when asked for everything."""
    with caplog.at_level(logging.DEBUG):
        verify(signed, unit().certificate, AT)
    assert XMLSignatureProcessor.__module__.startswith("signxml")
    assert "TONG_HOP" not in caplog.text
    assert "NOIDUNGFILE" not in caplog.text
