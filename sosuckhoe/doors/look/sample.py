"""Made-up content for the guide of parts and for the examples of docs/look.md. Nobody here exists."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext

from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.look.charts import Point

TODAY = date(2026, 3, 15)


def context() -> dict[str, Any]:
    """Everything that the guide and the examples show, by its name."""
    return {
        "problem": Problem("SSK-1150"),
        "today": TODAY,
        "form": _form({"name": "Nguyễn Thị Lan", "phone": "12", "kind": ""}),
        "page": Paginator(range(95), 10).page(3),
        "sections": _sections(),
        "views": _views(),
        "links": _links(),
        "facts": _facts(),
        "glucose": _glucose(),
        "pressures": [138, 142, 135, 131, 128, 126],
        "reasons": [("Tăng huyết áp", 1240), ("Viêm họng cấp", 860), ("Đái tháo đường típ 2", 640), ("Đau lưng", 210)],
        "coverage": {"01": 82.4, "48": 91.0, "56": 77.5, "79": 88.2, "25": 64.0, "91": 70.9, "11": 58.3, "66": 73.1},
        "communes": {"20333": 12, "20194": 860, "20197": 1204, "20209": 430},
        "visits": _visits(),
        "visit_head": ["Ngày", "Nơi khám", "Chẩn đoán", "Chi phí (đồng)"],
        "trail": [("Sổ của tôi", "#"), ("Lần khám", "#")],
    }


class ReportForm(forms.Form):
    """Reporting that an entry is wrong."""

    name = forms.CharField(label="Họ và tên", help_text="Như trên căn cước.")
    phone = forms.CharField(label="Số điện thoại", required=False)
    kind = forms.ChoiceField(
        label="Điều gì sai?",
        widget=forms.RadioSelect,
        error_messages={"required": "Hãy chọn điều gì sai"},
        choices=[
            ("not-mine", "Không phải lần khám của tôi"),
            ("wrong", "Có chỗ ghi sai"),
            ("missing", "Thiếu một mục"),
        ],
    )
    place = forms.ChoiceField(label="Nơi khám", choices=[("1", "Trung tâm Y tế huyện A"), ("2", "Trạm Y tế xã B")])
    words = forms.CharField(label="Kể thêm", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    agree = forms.BooleanField(label="Cho phép gọi lại cho tôi", required=False)

    def clean_phone(self) -> str:
        """Ten figures, or nothing."""
        phone = str(self.cleaned_data["phone"])
        if phone and not (phone.isdecimal() and len(phone) == len("0912345678")):
            raise forms.ValidationError(gettext("Số điện thoại có 10 chữ số, ví dụ 0912345678"))
        return phone


def _form(filled: dict[str, str]) -> ReportForm:
    form = ReportForm(filled | {"place": "1"})
    form.is_valid()
    return form


def _sections() -> list[dict[str, Any]]:
    return [
        {"text": "Tóm tắt", "href": "#", "is_current": True},
        {"text": "Lần khám", "href": "#"},
        {"text": "Thuốc", "href": "#"},
        {"text": "Xét nghiệm", "href": "#"},
        {"text": "Giấy tờ", "href": "#"},
    ]


def _views() -> list[dict[str, Any]]:
    return [
        {"text": "Tất cả", "href": "#", "is_current": True, "count": 1250},
        {"text": "Bị từ chối", "href": "#", "count": 3},
    ]


def _links() -> list[dict[str, str]]:
    return [
        {"text": "Khám ngoại trú, tăng huyết áp", "href": "#", "hint": "12/03/2026 · Trung tâm Y tế huyện A"},
        {"text": "Giấy hẹn khám lại", "href": "#", "hint": "ngày 12/04/2026", "status": "Còn hạn", "colour": "green"},
    ]


def _facts() -> list[dict[str, str]]:
    return [
        {"key": "Nhóm máu", "value": "O Rh+", "note": "Từ Bệnh viện tỉnh · 05/01/2024"},
        {"key": "Dị ứng", "value": "Penicillin (nổi mẩn)", "href": "#", "action": "Có gì sai?"},
        {"key": "Thẻ bảo hiểm y tế", "value": "Còn hạn đến 31/12/2026"},
    ]


def _glucose() -> list[Point]:
    measured = [("2024-05-12", 5.6), ("2024-11-20", 6.1), ("2025-03-02", 7.4), ("2025-09-15", 6.9), ("2026-03-12", 6.2)]
    return [Point(day, value, "Trung tâm Y tế huyện A") for day, value in measured]


def _visits() -> list[tuple[Any, ...]]:
    return [
        (("12/03/2026", "#"), "Trung tâm Y tế huyện A", "Tăng huyết áp", 182000),
        (("20/11/2025", "#"), "Bệnh viện Đa khoa tỉnh", "Viêm phổi do vi khuẩn, không đặc hiệu", 4215500),
        (("02/03/2025", "#"), "Trạm Y tế xã B", "", 0),
    ]
