"""What the code may never call, and which cryptography it may import: closed lists, read from the syntax tree."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

TOP = Path(__file__).parents[2]
HOUSE = TOP / "sosuckhoe"
TREES = {place: ast.parse(place.read_text(encoding="utf-8")) for place in HOUSE.rglob("*.py")}
SCRIPTS = [place for place in HOUSE.rglob("*.js") if "node_modules" not in place.parts and "built" not in place.parts]

NEVER = {
    *("eval", "exec", "compile", "__import__", "os.system", "os.popen", "subprocess.getoutput", "yaml.load"),
    *(
        "yaml.unsafe_load",
        "marshal.loads",
        "marshal.load",
        "pickle.loads",
        "shelve.open",
        "Template",
        "engines.from_string",
    ),
    *("ssl._create_unverified_context", "tempfile.mktemp", "hashlib.sha1", "hashlib.new"),
}
ALLOWED = {("pickle.load", "clinical/bulk/spool.py")}
"""A file without a name that the same process has written."""

CRYPTOGRAPHY = {
    *("Fernet", "AESGCM", "HKDF", "SHA256", "hashes", "Ed25519PrivateKey", "Ed25519PublicKey", "ec", "rsa", "x509"),
    *("Encoding", "load_pem_private_key", "InvalidSignature", "InvalidTag", "InvalidToken"),
    *("jwe", "jws", "jwt", "ECKey", "RSAKey", "OctKey", "KeySet", "KeySetSerialization", "JoseError"),
    *("blake2b", "sha256", "md5"),
}
"""The inventory of docs/asvs.md, by the names that are imported or called."""


def calls():
    for place, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield place.relative_to(HOUSE).as_posix(), ast.unparse(node.func), node


def test_nothing_runs_text_or_reads_what_runs():
    met = {(name, place) for place, name, _ in calls() if name in NEVER | {"pickle.load"}}
    assert met == ALLOWED


def test_no_program_is_started_through_a_shell():
    shells = [
        place
        for place, _, node in calls()
        for word in node.keywords
        if word.arg == "shell" and not (isinstance(word.value, ast.Constant) and word.value.value is False)
    ]
    assert shells == []


def test_no_line_outside_goes_without_its_certificate():
    unsure = [
        place
        for place, _, node in calls()
        for word in node.keywords
        if word.arg in {"verify", "check_hostname"} and isinstance(word.value, ast.Constant) and not word.value.value
    ]
    text = "".join(place.read_text(encoding="utf-8") for place in TREES)
    assert unsure == []
    assert "CERT_NONE" not in text


def test_every_request_to_elsewhere_stays_where_it_was_sent():
    """`requests` follows redirects unless told not to; http.client never does; urllib has a handler that refuses."""
    bare = [
        (place, name)
        for place, name, node in calls()
        if "requests" in (HOUSE / place).read_text(encoding="utf-8")
        and name in {"requests.get", "requests.post", "requests.request", "session.get", "session.request"}
        and not any(
            word.arg is None or (word.arg == "allow_redirects" and ast.unparse(word.value) == "False")
            for word in node.keywords
        )
    ]
    assert bare == []
    assert [place for place in TREES if re.search(r"allow_redirects\W+True", (HOUSE / place).read_text("utf-8"))] == []
    assert {place for place, name, _ in calls() if name.endswith("urlopen")} == set()


def imported():
    for tree in TREES.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and re.match(r"(cryptography|joserfc|hashlib)\b", node.module or ""):
                yield from (one.name for one in node.names)
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "hashlib":
                yield node.attr


def test_the_cryptography_in_use_is_the_inventory():
    assert set(imported()) == CRYPTOGRAPHY
    text = (TOP / "docs" / "asvs.md").read_text(encoding="utf-8")
    for name in ("Fernet", "AES-256-GCM", "HKDF", "Ed25519", "ES256", "BLAKE2b", "SHA-256", "MD5", "PBKDF2", "TOTP"):
        assert name in text


def test_md5_is_only_what_portals_define():
    users = {place for place, name, _ in calls() if name == "hashlib.md5"}
    assert users == {"access/command.py", "doors/gateway/profiles.py", "exchange/bhxh/client.py"}


def test_chance_that_can_be_foretold_is_for_made_people_alone():
    users = set()
    for place, tree in TREES.items():
        for node in ast.walk(tree):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            if "random" in names or (isinstance(node, ast.ImportFrom) and node.module == "random"):
                users.add(place.relative_to(HOUSE).parts[0])
    assert users <= {"simulation"}


def test_passwords_are_kept_by_a_slow_hash():
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    assert settings.PASSWORD_HASHERS[0].endswith("PBKDF2PasswordHasher")
    assert PBKDF2PasswordHasher.iterations >= 600_000


@pytest.mark.parametrize("place", SCRIPTS, ids=lambda place: place.name)
def test_scripts_write_text_keep_nothing_and_listen_to_nobody(place):
    words = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|postMessage|onmessage"
    kept = r"localStorage|sessionStorage|indexedDB|document\.cookie|__proto__"
    assert re.findall(f"{words}|{kept}", place.read_text(encoding="utf-8")) == []
