"""Addresses of a facility's pages. Only numbers of arrivals, places in them and keys of uploads stand in them."""

from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import IntConverter
from django.views.decorators.http import require_safe

from sosuckhoe.doors.facility.pages import (
    activate,
    arrivals,
    cards,
    counter,
    episode,
    home,
    insurance,
    quality,
    requests,
    staff,
    tickets,
    today,
    upload,
)


class Number(IntConverter):
    """A whole number that the database can hold."""

    regex = "[0-9]{1,15}"


register_converter(Number, "number")

app_name = "facility"
_PACKAGE = "co-so/goi/<number:number>/<number:position>/"

urlpatterns = [
    path("co-so/", require_safe(home.home), name="home"),
    path("co-so/goi/", require_safe(arrivals.arrivals), name="arrivals"),
    path("co-so/goi/<number:number>/", require_safe(arrivals.arrival), name="arrival"),
    path("co-so/goi/<number:number>/tep", require_safe(arrivals.content), name="content"),
    path(_PACKAGE, require_safe(episode.package), name="package"),
    path(f"{_PACKAGE}xml", require_safe(episode.export), name="export"),
    path(f"{_PACKAGE}the-bhyt", insurance.check, name="check-card"),
    path(f"{_PACKAGE}doi-chieu", tickets.ask, name="reconcile"),
    path("co-so/doi-chieu/", tickets.waiting, name="tickets"),
    path("co-so/doi-chieu/<uuid:key>/", tickets.ticket, name="ticket"),
    path("co-so/chat-luong/", require_safe(quality.quality), name="quality"),
    path("co-so/mo-tai-khoan/", activate.activate, name="activate"),
    path("co-so/the/", cards.cards_page, name="cards"),
    path("co-so/the/in", cards.printed, name="card-print"),
    path("co-so/nhan-vien/", staff.staff, name="staff"),
    path("co-so/nguoi-benh/", require_safe(today.today), name="today"),
    path("co-so/yeu-cau/", requests.asked, name="requests"),
    path("co-so/quay/", counter.counter, name="counter"),
    path("co-so/cap-cuu/", counter.emergencies, name="emergency"),
    path("co-so/tai-len/", upload.send, name="send"),
    path("co-so/tai-len/<uuid:key>/", require_safe(upload.progress), name="upload"),
    path("co-so/tai-len/<uuid:key>/bao-cao.csv", require_safe(upload.report), name="report"),
]
