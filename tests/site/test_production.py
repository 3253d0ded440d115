"""A house for real people refuses to start with what was made for trying it."""

from types import SimpleNamespace

import pytest

from sosuckhoe.access import sending
from sosuckhoe.base.errors import Problem
from sosuckhoe.site import production

GOOD = {
    "SECRET_KEY": "k" * 60,
    "SOSUCKHOE_SEAL_KEY": "00" * 32,
    "SOSUCKHOE_HOSTS": "so.example",
    "SOSUCKHOE_PRODUCTION": "1",
}


def house(**changed):
    vneid = {"issuer": "https://id.example", "secret": "s"}
    ready = {"DEMO": False, "IS_LOOPBACK": False, "HTTPS": True, "SMS_SENDER": "", "VNEID": vneid}
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
        ({"SMS_SENDER": sending.STUB}, "SOSUCKHOE_SMS_SENDER"),
        ({"VNEID": {"issuer": "http://127.0.0.1:8001", "secret": "s"}}, "SOSUCKHOE_VNEID_ISSUER"),
        ({"VNEID": {"issuer": "https://id.example", "secret": ""}}, "SOSUCKHOE_VNEID_SECRET"),
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


def test_what_counts_as_production(monkeypatch):
    monkeypatch.delenv("SOSUCKHOE_PRODUCTION")
    assert production.is_production(house())
    assert not production.is_production(house(IS_LOOPBACK=True))
    assert not production.is_production(house(DEMO=True))
