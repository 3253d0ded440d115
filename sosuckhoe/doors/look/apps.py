from __future__ import annotations

from django.apps import AppConfig


class LookConfig(AppConfig):
    """What all pages share: base template, parts, styles, words of the interface."""

    name = "sosuckhoe.doors.look"
    label = "look"
    verbose_name = "Look"
