"""What is typed at the desk and in an emergency: each field says by itself what it lacks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from sosuckhoe.access import emergency
from sosuckhoe.doors.look import tongue


class _Desk(forms.Form):
    """A form whose fields have Vietnamese names on the page; they are their ids too, for links of a summary."""

    NAMES: ClassVar[Mapping[str, str]]

    def __init__(self, given: Any = None) -> None:
        super().__init__(given, auto_id="%s")

    def add_prefix(self, field_name: str) -> str:
        """What the field is called in the page; names that Django makes of it stay as they are."""
        return self.NAMES.get(field_name, field_name)


class CodeForm(_Desk):
    """The code of a book, from the telephone of the person at the desk."""

    NAMES: ClassVar[Mapping[str, str]] = {"code": "ma"}

    code = forms.CharField(
        label=_("Mã sổ của người bệnh"),
        help_text=_("Quét mã QR trên điện thoại của người bệnh, hoặc gõ 12 chữ."),
        max_length=40,
        error_messages={"required": _("Hãy quét hoặc gõ mã sổ của người bệnh"), "max_length": _("Mã sổ có 12 chữ")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class CardForm(_Desk):
    """A paper card, and the PIN that its owner types."""

    NAMES: ClassVar[Mapping[str, str]] = {"card": "the", "pin": "pin"}

    card = forms.CharField(
        label=_("Mã trên thẻ"),
        help_text=_("Quét mã QR trên thẻ giấy, hoặc gõ mã in dưới mã QR."),
        max_length=200,
        error_messages={
            "required": _("Hãy quét hoặc gõ mã trên thẻ"),
            "max_length": _("Hãy quét lại mã QR trên thẻ"),
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    pin = forms.CharField(
        label=_("PIN, người bệnh tự gõ"),
        help_text=_("Gõ PIN là đồng ý cho cơ sở xem sổ trong lần khám này."),
        max_length=20,
        error_messages={"required": _("Hãy để người bệnh tự gõ PIN"), "max_length": _("PIN có nhiều nhất 20 chữ số")},
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class EmergencyForm(_Desk):
    """Whose book, why, and what has happened."""

    NAMES: ClassVar[Mapping[str, str]] = {"number": "so", "reason": "ly-do", "said": "loi"}

    number = forms.CharField(
        label=_("Số căn cước hoặc số thẻ bảo hiểm y tế"),
        max_length=40,
        error_messages={
            "required": _("Hãy nhập số căn cước hoặc số thẻ bảo hiểm y tế"),
            "max_length": _("Số căn cước có 12 chữ số, số thẻ bảo hiểm y tế có 10 hoặc 15 ký tự"),
        },
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reason = forms.ChoiceField(
        label=_("Lý do"),
        error_messages={"required": _("Hãy chọn lý do"), "invalid_choice": _("Hãy chọn lý do")},
        widget=forms.RadioSelect,
    )
    said = forms.CharField(
        label=_("Tình trạng"),
        help_text=_("Ít nhất 10 ký tự, ví dụ: bất tỉnh, cần biết thuốc đang dùng."),
        min_length=emergency.SHORTEST,
        max_length=500,
        error_messages={
            "required": _("Hãy viết tình trạng cấp cứu, ít nhất 10 ký tự"),
            "min_length": _("Hãy viết tình trạng cấp cứu, ít nhất 10 ký tự"),
            "max_length": _("Tình trạng dài nhất 500 ký tự"),
        },
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, given: Any = None) -> None:
        super().__init__(given)
        language = tongue.language()
        reasons = [(key, entry[language]) for key, entry in emergency.words()["reasons"].items()]
        cast("forms.ChoiceField", self.fields["reason"]).choices = reasons
