"""Addresses of signing in. Nothing of a person stands in them."""

from __future__ import annotations

from django.urls import path

from sosuckhoe.doors.entrance import card, changing, fresh, keeping, paper, passkey, phone, staff, vneid, ways
from sosuckhoe.doors.entrance.smart import consent, endpoints, launching

app_name = "entrance"

urlpatterns = [
    path("vao/", ways.ways, name="ways"),
    path("vao/vneid", vneid.leave_for, name="vneid"),
    path("vao/dien-thoai", phone.ask, name="phone"),
    path("vao/dien-thoai/ma", phone.code, name="code"),
    path("vao/dien-thoai/ai", phone.whose, name="whose"),
    path("vao/tin-nhan", phone.messages, name="messages"),
    path("vao/giay", paper.activate, name="paper"),
    path("vao/the/", card.enter, name="card"),
    path("vao/the/<slug:code>", card.enter, name="card-scanned"),
    path("vao/tai-khoan", keeping.account, name="account"),
    path("vao/tai-khoan/mat-khau", staff.change, name="change-password"),
    path("vao/tai-khoan/dien-thoai", changing.number, name="new-phone"),
    path("vao/tai-khoan/dien-thoai/ma", changing.code, name="new-phone-code"),
    path("vao/giu-so/<slug:token>", changing.keep, name="keep-phone"),
    path("vao/chung-minh", fresh.prove, name="prove"),
    path("vao/khoa", passkey.enter, name="passkey"),
    path("vao/khoa/them", passkey.add, name="add-passkey"),
    path("vao/nhan-vien", staff.enter, name="staff"),
    path("vao/nhan-vien/ma", staff.code, name="second"),
    path("vao/nhan-vien/dat-ma", staff.enrol, name="enrol"),
    path("vao/nhan-vien/mat-khau", staff.password, name="password"),
    path("vao/vneid/ve", vneid.come_back, name="vneid-back"),
    path("ung-dung/cho-phep", consent.authorize, name="authorize"),
    path("ung-dung/ma", endpoints.token, name="token"),
    path("ung-dung/xem-ma", endpoints.introspect, name="introspect"),
    path("ung-dung/bo-ma", endpoints.revoke, name="revoke"),
    path("ung-dung/khoa.json", endpoints.public_keys, name="app-keys"),
    path("ung-dung/mo/<uuid:patient>", launching.start, name="launch"),
    path(".well-known/smart-configuration", endpoints.described, name="smart"),
    path(".well-known/openid-configuration", endpoints.described, name="openid"),
    path(".well-known/oauth-authorization-server", endpoints.described, name="oauth"),
]
