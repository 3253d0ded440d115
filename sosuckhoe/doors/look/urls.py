"""Addresses of what all pages share."""

from __future__ import annotations

from django.urls import path

from sosuckhoe.doors.look import views

app_name = "look"

urlpatterns = [
    path("co-chu", views.text_size, name="text-size"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("look/", views.guide, name="guide"),
]
