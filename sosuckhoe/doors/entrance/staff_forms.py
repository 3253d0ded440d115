"""What staff type to sign in."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.utils.translation import gettext_lazy as _

from sosuckhoe.access import bounds


class StaffForm(forms.Form):
    """User name and password."""

    username = forms.CharField(
        label=_("Tên đăng nhập"),
        max_length=80,
        error_messages={"required": _("Hãy nhập tên đăng nhập")},
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Mật khẩu"),
        max_length=128,
        strip=False,
        error_messages={"required": _("Hãy nhập mật khẩu")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class AppForm(forms.Form):
    """A code of the authenticator app."""

    code = forms.CharField(
        label=_("Mã trong ứng dụng"),
        max_length=10,
        help_text=_("6 chữ số, đổi mỗi 30 giây."),
        error_messages={"required": _("Hãy nhập mã trong ứng dụng")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )

    def clean_code(self) -> str:
        """Digits alone."""
        return re.sub(r"\D", "", str(self.cleaned_data["code"]))


class PasswordForm(forms.Form):
    """A new password: long, not one of those that everybody tries, not the user name. Any characters."""

    password = forms.CharField(
        label=_("Mật khẩu mới"),
        max_length=bounds.password()[1],
        strip=False,
        help_text=_("Ít nhất 12 ký tự. Một câu dễ nhớ là tốt nhất."),
        error_messages={"required": _("Hãy nhập mật khẩu")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, username: str, given: Any) -> None:
        self.username = username
        super().__init__(given)

    def clean_password(self) -> str:
        """Refused with what to do."""
        text = str(self.cleaned_data["password"])
        if len(text) < bounds.password()[0]:
            raise forms.ValidationError(_("Mật khẩu cần ít nhất 12 ký tự"))
        try:
            CommonPasswordValidator().validate(text)
        except forms.ValidationError as error:
            raise forms.ValidationError(_("Mật khẩu này quá quen thuộc, hãy chọn câu khác")) from error
        if self.username.lower() in text.lower():
            raise forms.ValidationError(_("Mật khẩu không được chứa tên đăng nhập"))
        return text
