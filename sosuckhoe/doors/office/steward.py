"""What the pages of a steward share: where one can go, and a list that is sent as a CSV file."""

from __future__ import annotations

import io
from typing import Any, BinaryIO
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from sosuckhoe.base.errors import Problem

MEBIBYTE = 1024 * 1024
MOST_BYTES = 4 * MEBIBYTE
"""What one list may weigh on its way here; longer ones are entered at the keyboard of the house."""

MOST_SHOWN = 200


def sections(current: str) -> list[dict[str, Any]]:
    """Where a steward can go, for `section_nav`."""
    names = {
        "reviews": gettext("Đối soát"),
        "residents": gettext("Dân cư"),
        "insured": gettext("Bảo hiểm"),
        "deliveries": gettext("Hệ thống gửi"),
        "answers": gettext("Yêu cầu về dữ liệu"),
        "register": gettext("Danh bạ"),
        "custody": gettext("Quyền giữ sổ"),
        "staff": gettext("Tài khoản nhân viên"),
        "apps": gettext("Ứng dụng"),
    }
    return [
        {"text": text, "href": reverse(f"office:{name}"), "is_current": name == current} for name, text in names.items()
    ]


def name_what_lacks(form: forms.Form) -> None:
    """A field that is left empty is told by its name, also in the list of faults above the form."""
    for field in form.fields.values():
        said = (
            gettext("Hãy chọn: %(field)s") if isinstance(field, forms.ChoiceField) else gettext("Hãy nhập: %(field)s")
        )
        field.error_messages["required"] = said % {"field": field.label}


def chosen(request: HttpRequest) -> BinaryIO:
    """The file that the form has sent. Problem SSK-2225 without one, SSK-2224 for one that is too large."""
    file = request.FILES.get("tep")
    if file is None:
        raise Problem("SSK-2225")
    if (file.size or 0) > MOST_BYTES:
        raise Problem("SSK-2224", limit=MOST_BYTES // MEBIBYTE)
    return io.BytesIO(file.read())


def key(request: HttpRequest) -> UUID:
    """The key that the form was shown with: a form sent twice is one list."""
    try:
        return UUID(request.POST.get("khoa", ""))
    except ValueError:
        return uuid4()


def is_too_long(request: HttpRequest) -> bool:
    """Whether the request announces more than a list may weigh; asked before anything is read."""
    text = request.META.get("CONTENT_LENGTH") or "0"
    return not (text.isascii() and text.isdigit() and int(text) <= MOST_BYTES + MEBIBYTE)
