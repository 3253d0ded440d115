"""What owners fill in on pages of their own. Each fault names its field and says how to mend it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from sosuckhoe.access import grants, requests
from sosuckhoe.doors.citizen import wording

_LONGEST = 2000
_DIGITS = 12
"""Of a citizen's number. Luật Căn cước 26/2023/QH15, điều 12."""


class _Page(forms.Form):
    """A form whose fields have Vietnamese names on the page, as addresses have."""

    NAMES: ClassVar[Mapping[str, str]]

    def add_prefix(self, field_name: str) -> str:
        """What the field is called in the page; names that Django makes of it stay as they are."""
        return self.NAMES.get(field_name, field_name)


class NamingForm(_Page):
    """A representative: who, what they may do, and for how many days."""

    NAMES: ClassVar[Mapping[str, str]] = {"name": "ten", "number": "so", "level": "muc", "days": "han"}

    name = forms.CharField(
        label=_("Họ và tên người được nhờ"),
        help_text=_("Như trên căn cước của họ."),
        max_length=100,
        error_messages={"required": _("Hãy ghi họ và tên người được nhờ")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    number = forms.CharField(
        label=_("Số căn cước của người đó"),
        help_text=_("12 chữ số."),
        max_length=20,
        error_messages={"required": _("Hãy ghi số căn cước của người được nhờ")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
    level = forms.ChoiceField(
        label=_("Người đó được"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Hãy chọn người đó được làm gì"),
            "invalid_choice": _("Hãy chọn người đó được làm gì"),
        },
    )
    days = forms.ChoiceField(
        label=_("Nhờ trong bao lâu"),
        choices=[("30", _("30 ngày")), ("365", _("1 năm")), ("1825", _("5 năm"))],
        initial="365",
        error_messages={
            "required": _("Hãy chọn nhờ trong bao lâu"),
            "invalid_choice": _("Hãy chọn nhờ trong bao lâu"),
        },
    )

    def __init__(self, given: Any = None) -> None:
        levels = [(key, wording.chosen("levels", key)) for key in grants.words()["levels"]]
        super().__init__(given, initial={"level": levels[0][0]})
        cast("forms.ChoiceField", self.fields["level"]).choices = levels

    def clean_number(self) -> str:
        """Twelve digits, without what people write between them."""
        digits = re.sub(r"[\s.\-]", "", str(self.cleaned_data["number"]))
        if not (digits.isascii() and digits.isdigit() and len(digits) == _DIGITS):
            raise forms.ValidationError(_("Số căn cước có 12 chữ số, ví dụ 025160001234"))
        return digits


class RequestForm(_Page):
    """What somebody asks by right, of whom, and in which words."""

    NAMES: ClassVar[Mapping[str, str]] = {"kind": "loai", "writer": "co-so", "said": "loi"}

    kind = forms.ChoiceField(
        label=_("Bạn muốn"),
        error_messages={"required": _("Hãy chọn điều bạn muốn"), "invalid_choice": _("Hãy chọn điều bạn muốn")},
    )
    writer = forms.ChoiceField(
        label=_("Nơi đã ghi"),
        error_messages={
            "required": _("Hãy chọn cơ sở đã ghi mục này"), "invalid_choice": _("Hãy chọn cơ sở đã ghi mục này"),
        },
    )  # fmt: skip
    said = forms.CharField(
        label=_("Điều gì sai, hoặc bạn cần gì"),
        error_messages={"required": _("Hãy viết điều gì sai, hoặc bạn cần gì")},
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": _LONGEST}),
    )

    def __init__(self, given: Any, writers: list[tuple[str, str]], writer: str) -> None:
        super().__init__(given, initial={"writer": writer})
        kinds = [(key, wording.request_kind(key)) for key in requests.words()["kinds"]]
        cast("forms.ChoiceField", self.fields["kind"]).choices = kinds
        cast("forms.ChoiceField", self.fields["writer"]).choices = writers

    def clean_said(self) -> str:
        """As long as the page lets somebody write."""
        return str(self.cleaned_data["said"])[:_LONGEST]
