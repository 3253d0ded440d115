"""What is said on the line to the insurer, both ways: its names outside, ours inside. Pure. Contract: README.md."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import field

Text = Annotated[str, msgspec.Meta(max_length=500)]


class SignIn(msgspec.Struct, frozen=True):
    """Ask for a session: the password as MD5 in capitals, as the portal defines it."""

    username: str
    password: str


class Keys(msgspec.Struct, frozen=True):
    """The two tokens of a session."""

    access_token: Text = ""
    id_token: Text = ""


class Session(msgspec.Struct, frozen=True):
    """The answer to a sign-in; '200' when it was accepted."""

    result: Text = field(name="maKetQua")
    keys: Keys = field(name="APIKey", default=Keys())


class Ask(msgspec.Struct, frozen=True):
    """Whose card. `birth` as dd/MM/yyyy, or the year alone; `by_name` and `by_number` are who looks it up."""

    card: str = field(name="maThe")
    name: str = field(name="hoTen")
    birth: str = field(name="ngaySinh")
    username: str = ""
    password: str = ""
    by_name: str = field(name="hoTenCb", default="")
    by_number: str = field(name="cccdCb", default="")
    token: str = ""
    id_token: str = ""


class Visit(msgspec.Struct, frozen=True):
    """One visit that was paid for. Moments as yyyyMMddHHmm."""

    facility: Text = field(name="maCSKCB", default="")
    began: Text = field(name="ngayVao", default="")
    ended: Text = field(name="ngayRa", default="")
    disease: Text = field(name="tenBenh", default="")
    result: Text = field(name="kqDieuTri", default="")


class Answer(msgspec.Struct, frozen=True):
    """What the insurer says of a card. Dates as dd/MM/yyyy; what it does not say is ''."""

    result: Text = field(name="maKetQua")
    card: Text = field(name="maThe", default="")
    name: Text = field(name="hoTen", default="")
    birth: Text = field(name="ngaySinh", default="")
    sex: Text = field(name="gioiTinh", default="")
    registered: Text = field(name="maDKBD", default="")
    since: Text = field(name="gtTheTu", default="")
    until: Text = field(name="gtTheDen", default="")
    area: Text = field(name="maKV", default="")
    five_years: Text = field(name="ngayDu5Nam", default="")
    social: Text = field(name="maSoBHXH", default="")
    next_card: Text = field(name="maTheMoi", default="")
    next_since: Text = field(name="gtTheTuMoi", default="")
    next_until: Text = field(name="gtTheDenMoi", default="")
    next_registered: Text = field(name="maDKBDMoi", default="")
    visits: Sequence[Visit] | None = field(name="dsLichSuKCB2018", default=None)


read_session = msgspec.json.Decoder(Session).decode
read_answer = msgspec.json.Decoder(Answer).decode
written = msgspec.json.Encoder().encode
