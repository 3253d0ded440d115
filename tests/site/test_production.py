"""A house for real people refuses to start with what was made for trying it."""

from types import SimpleNamespace

import pytest

from sosuckhoe.access import sending
from sosuckhoe.base import keyring
from sosuckhoe.base.errors import Problem
from sosuckhoe.site import production

REMOTE = {"HOST": "db.example", "OPTIONS": {"sslmode": "verify-full"}}
HERE = {"HOST": "/run/postgresql", "OPTIONS": {}}
GOOD = {
    "SECRET_KEY": "k" * 60,
    "SOSUCKHOE_SEAL_KEY": "00" * 32,
    "SOSUCKHOE_DATA_KEYS": "1:" + bytes(range(32)).hex(),
    "SOSUCKHOE_INDEX_KEY": bytes(range(32, 64)).hex(),
    "SOSUCKHOE_HOSTS": "so.example",
    "SOSUCKHOE_PRODUCTION": "1",
}


def house(**changed):
    vneid = {"issuer": "https://id.example", "secret": "s"}
    ring = keyring.read(GOOD["SOSUCKHOE_DATA_KEYS"], GOOD["SOSUCKHOE_INDEX_KEY"])
    ready = {"DEMO": False, "IS_LOOPBACK": False, "HTTPS": True, "SMS_SENDER": "", "VNEID": vneid, "KEY_RING": ring}
    lines = {"BHXH_URL": "", "POPULATION_URL": "https://dancu.example", "IMPORT_HOSTS": {"https://files.example"}}
    ready |= lines | {"DATABASES": {"default": REMOTE}, "OWNER": HERE, "PACE": 1.0, "NEAR_APPS": False}
    return SimpleNamespace(**(ready | changed))


@pytest.fixture(autouse=True)
def _environment(monkeypatch):
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)


def test_a_house_that_is_ready_starts():
    assert production.faults(house()) == []
    production.check(house())


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"DEMO": True}, "SOSUCKHOE_DEMO"),
        ({"HTTPS": False}, "SOSUCKHOE_HTTPS"),
        ({"PACE": 0.0}, "SOSUCKHOE_PACE"),
        ({"NEAR_APPS": True}, "SOSUCKHOE_NEAR_APPS"),
        ({"SMS_SENDER": sending.STUB}, "SOSUCKHOE_SMS_SENDER"),
        ({"VNEID": {"issuer": "http://127.0.0.1:8001", "secret": "s"}}, "SOSUCKHOE_VNEID_ISSUER"),
        ({"VNEID": {"issuer": "https://id.example", "secret": ""}}, "SOSUCKHOE_VNEID_SECRET"),
        ({"BHXH_URL": "http://bhxh.example"}, "SOSUCKHOE_BHXH"),
        ({"POPULATION_URL": "http://dancu.example"}, "SOSUCKHOE_POPULATION"),
        ({"IMPORT_HOSTS": {"https://a.example", "http://b.example"}}, "SOSUCKHOE_IMPORT_HOSTS"),
        ({"DATABASES": {"default": {"HOST": "db.example", "OPTIONS": {}}}}, "DATABASE_URL"),
        ({"DATABASES": {"default": {"HOST": "/run,db.example", "OPTIONS": {"sslmode": "require"}}}}, "DATABASE_URL"),
        ({"OWNER": {"HOST": "db.example", "OPTIONS": {"sslmode": "prefer"}}}, "SOSUCKHOE_OWNER_URL"),
    ],
)
def test_every_setting_made_for_trying_is_named(changed, named):
    with pytest.raises(Problem) as refused:
        production.check(house(**changed))
    assert (refused.value.number, refused.value.places) == ("SSK-1120", {"settings": named})


@pytest.mark.parametrize("name", sorted(set(GOOD) - {"SOSUCKHOE_PRODUCTION"}))
def test_every_secret_comes_from_the_environment(monkeypatch, name):
    monkeypatch.delenv(name)
    with pytest.raises(Problem) as refused:
        production.check(house())
    assert refused.value.places == {"settings": name}


@pytest.mark.parametrize(
    ("sealing", "index"),
    [
        ("1:" + "00" * 32, GOOD["SOSUCKHOE_INDEX_KEY"]),
        (GOOD["SOSUCKHOE_DATA_KEYS"], "ab" * 32),
        (GOOD["SOSUCKHOE_DATA_KEYS"], bytes(range(32)).hex()),
        (f"{GOOD['SOSUCKHOE_DATA_KEYS']} 2:{bytes(range(32)).hex()}", GOOD["SOSUCKHOE_INDEX_KEY"]),
    ],
)
def test_keys_that_were_typed_or_stand_twice_are_refused(sealing, index):
    with pytest.raises(Problem) as refused:
        production.check(house(KEY_RING=keyring.read(sealing, index)))
    assert refused.value.places == {"settings": "SOSUCKHOE_DATA_KEYS, SOSUCKHOE_INDEX_KEY"}


def test_what_counts_as_production(monkeypatch):
    monkeypatch.delenv("SOSUCKHOE_PRODUCTION")
    assert production.is_production(house())
    assert not production.is_production(house(IS_LOOPBACK=True))
    assert not production.is_production(house(DEMO=True))
