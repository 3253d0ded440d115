"""What people type to sign in. Faults say what to do."""

from __future__ import annotations

import hmac
import re
from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from sosuckhoe.access import phones
from sosuckhoe.base.errors import Problem

_DAY = re.compile(r"([0-9]{1,2})[/.\- ]([0-9]{1,2})[/.\- ]([0-9]{4})")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_SIX_OR_EIGHT = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})")


def _figures(**more: str) -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"} | more)


class PhoneForm(forms.Form):
    """A mobile number."""

    phone = forms.CharField(
        label=_("Số điện thoại"),
        max_length=20,
        error_messages={"required": _("Hãy nhập số điện thoại")},
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )

    def clean_phone(self) -> str:
        """Ten digits."""
        try:
            return phones.written(str(self.cleaned_data["phone"]))
        except Problem as problem:
            raise forms.ValidationError(_("Số điện thoại di động có 10 chữ số, ví dụ 0912 345 678")) from problem


class CodeForm(forms.Form):
    """A code by SMS."""

    code = forms.CharField(
        label=_("Mã trong tin nhắn"),
        max_length=12,
        help_text=_("7 chữ số."),
        error_messages={"required": _("Hãy nhập mã trong tin nhắn")},
        widget=_figures(autocomplete="one-time-code"),
    )

    def clean_code(self) -> str:
        """Digits alone."""
        return re.sub(r"\D", "", str(self.cleaned_data["code"]))


class BirthField(forms.CharField):
    """A day as people write it: 12/3/1960 or 12031960, or the year where papers have no more; its value is ISO."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Ngày sinh"),
            max_length=12,
            help_text=_("Ví dụ 12/03/1960. Giấy tờ chỉ ghi năm thì gõ năm."),
            error_messages={"required": _("Hãy nhập ngày sinh")},
            widget=_figures(),
        )

    def clean(self, value: str) -> str:
        """The ISO date, or the year."""
        text = str(super().clean(value)).strip()
        if _YEAR.fullmatch(text):
            return text
        found = _DAY.fullmatch(text) or _SIX_OR_EIGHT.fullmatch(text)
        try:
            day, month, year = map(int, found.groups()) if found else (0, 0, 0)
            return date(year, month, day).isoformat()
        except ValueError as error:
            raise forms.ValidationError(_("Viết ngày sinh như 12/03/1960")) from error


def is_birth(known: str, typed: str) -> bool:
    """Whether a birth date is the one that the house knows, as far as it knows it: of many elderly only the year.

    Of whom more is known the year is not enough.
    """
    return bool(known) and hmac.compare_digest(known.encode(), typed[: len(known)].encode())


class WhoseForm(forms.Form):
    """Which of the people at a telephone, and a proof."""

    person = forms.ChoiceField(
        label=_("Bạn là ai?"), widget=forms.RadioSelect, error_messages={"required": _("Hãy chọn tên của bạn")}
    )
    birth = BirthField()
    digits = forms.CharField(
        label=_("4 số cuối của căn cước hoặc thẻ bảo hiểm y tế"),
        max_length=4,
        min_length=4,
        error_messages={"required": _("Hãy nhập 4 số cuối")},
        widget=_figures(),
    )

    def __init__(self, people: list[tuple[str, str]], given: Any) -> None:
        super().__init__(given)
        cast("forms.ChoiceField", self.fields["person"]).choices = people


class PaperForm(forms.Form):
    """A code on paper, with the birth date (staff: the user name)."""

    code = forms.CharField(
        label=_("Mã trên giấy"),
        max_length=20,
        help_text=_("12 chữ và số. Không cần gõ dấu gạch."),
        error_messages={"required": _("Hãy nhập mã trên giấy")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    proof = forms.CharField(
        label=_("Ngày sinh (nhân viên: tên đăng nhập)"),
        max_length=80,
        help_text=_("Ví dụ 12/03/1960. Giấy tờ chỉ ghi năm thì gõ năm."),
        error_messages={"required": _("Hãy nhập ngày sinh")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class CardForm(forms.Form):
    """The code of a card, as a scanner or a person types it, and its PIN."""

    code = forms.CharField(
        label=_("Mã trên thẻ"),
        max_length=300,
        help_text=_("Quét mã QR trên thẻ, hoặc gõ 24 chữ và số ở dưới mã. Không cần gõ dấu gạch."),
        error_messages={"required": _("Hãy quét thẻ hoặc gõ mã trên thẻ")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    pin = forms.CharField(
        label=_("PIN"),
        max_length=12,
        help_text=_("6 chữ số bạn đã chọn ở quầy, hoặc in trong tờ giấy kín."),
        error_messages={"required": _("Hãy nhập PIN")},
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_pin(self) -> str:
        """Digits alone."""
        return re.sub(r"\D", "", str(self.cleaned_data["pin"]))


class ScannedForm(CardForm):
    """The same, when the card's own address was opened: only the PIN is asked."""

    def __init__(self, code: str, given: Any) -> None:
        super().__init__({**given.dict(), "code": code} if given is not None else None)
        cast("forms.CharField", self.fields["code"]).widget = forms.HiddenInput()
