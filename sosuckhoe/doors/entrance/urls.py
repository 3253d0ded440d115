"""Addresses of signing in. Nothing of a person stands in them."""

from __future__ import annotations

from django.urls import path

from sosuckhoe.doors.entrance import vneid, ways

app_name = "entrance"

urlpatterns = [
    path("vao/", ways.ways, name="ways"),
    path("vao/vneid", vneid.leave_for, name="vneid"),
    path("vao/vneid/ve", vneid.come_back, name="vneid-back"),
]
