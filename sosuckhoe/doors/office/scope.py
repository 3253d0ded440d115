"""Whose totals an officer may see: a ministry's the whole country's, a province's those of the province."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from sosuckhoe.access import policy
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.look.signed_in import Page, Rest, View, signed_in
from sosuckhoe.identity import places
from sosuckhoe.insight import queries as counted
from sosuckhoe.insight.residence import DIVIDED, UNKNOWN, facility_place

COUNTRY = ""
_PROVINCE_DIGITS = 2


def totals(kind: str) -> Callable[[Page[Rest]], View[Rest]]:
    """A page of totals of `kind`, for officers."""
    return signed_in(lambda actor: policy.check(actor, "read", kind))


def province_asked(request: HttpRequest, actor: Actor) -> str:
    """The province whose totals are asked for; '' is the country. Problem SSK-1002 for one that is not theirs."""
    own, asked = own_province(actor), request.GET.get("tinh", "")
    if asked and not places.province_name(asked, clock.today()):
        raise Problem("SSK-1002")
    if own != COUNTRY and asked not in {"", own}:
        raise Problem("SSK-1002")
    return asked or own


def own_province(actor: Actor) -> str:
    """The officer's province, also of a commune's officer; '' for a ministry's. Problem SSK-1002: an unknown area."""
    if not actor.area:
        return COUNTRY
    if len(actor.area) == _PROVINCE_DIGITS:
        province = actor.area if places.province_name(actor.area, clock.today()) else None
    else:
        province = places.province_of(actor.area, clock.today())
    if province is None:
        raise Problem("SSK-1002")
    return province


def demand_facility(facility: str, registered: str, province: str) -> None:
    """Problem SSK-1002 unless the facility lies in the province ('' is the country)."""
    if province not in {COUNTRY, facility_place(registered, facility)}:
        raise Problem("SSK-1002")


def show(request: HttpRequest, actor: Actor, template: str, **facts: Any) -> HttpResponse:
    """A page with what every page of this door shows: whose totals, which provinces one can choose, as of when."""
    own, status = own_province(actor), facts.pop("status", 200)
    shared = {
        "actor": actor,
        "own_name": place_name(own, clock.today()),
        "provinces": places.provinces(clock.today()) if own == COUNTRY else [],
        "as_of": counted.as_of(),
        "sections": _sections(facts.get("section", "")),
    }
    return render(request, f"office/{template}.html", {**shared, **facts}, status=status)


def _sections(current: str) -> list[dict[str, Any]]:
    """Where an officer can go, for `section_nav`."""
    names = {
        "home": gettext("Tổng quan"),
        "reach": gettext("Độ bao phủ"),
        "coverage": gettext("Sổ và lượt khám"),
        "weeks": gettext("Theo tuần"),
        "today": gettext("Đến khám hôm nay"),
        "quality": gettext("Chất lượng dữ liệu"),
        "demands": gettext("Yêu cầu của chủ sổ"),
        "emergencies": gettext("Mở sổ cấp cứu"),
    }
    return [
        {"text": text, "href": reverse(f"office:{name}"), "is_current": name == current} for name, text in names.items()
    ]


def place_name(place: str, on: date, *, within: str = COUNTRY) -> str:
    """A place's name as tables show it; `within` is the province whose communes they are."""
    if place == COUNTRY:
        return gettext("Cả nước")
    if place == DIVIDED:
        return gettext("Xã cũ đã chia cho nhiều xã mới")
    if place == UNKNOWN:
        return gettext("Chưa rõ xã, phường") if within else gettext("Chưa rõ tỉnh, thành phố")
    return places.province_name(place, on) or places.commune_name(place, on) or place
