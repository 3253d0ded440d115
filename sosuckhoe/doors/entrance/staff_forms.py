"""What staff type to sign in."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.utils.translation import gettext_lazy as _

from sosuckhoe.access import bounds, weak
from sosuckhoe.access.models import Account


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
    """A new password: long, not one that leaked or that everybody here thinks of. Any characters."""

    password = forms.CharField(
        label=_("Mật khẩu mới"),
        max_length=bounds.password()[1],
        strip=False,
        help_text=_("Ít nhất 12 ký tự. Một câu dễ nhớ là tốt nhất."),
        error_messages={"required": _("Hãy nhập mật khẩu")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, account: Account, given: Any) -> None:
        self.own = (account.username, account.display_name, account.facility)
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
        if weak.is_leaked(text) or weak.is_of_known_words(text, self.own):
            raise forms.ValidationError(_("Mật khẩu này quá quen thuộc, hãy chọn câu khác"))
        if self.own[0].lower() in text.lower():
            raise forms.ValidationError(_("Mật khẩu không được chứa tên đăng nhập"))
        return text


class ChangeForm(PasswordForm):
    """The password that one has, and another one."""

    current = forms.CharField(
        label=_("Mật khẩu đang dùng"),
        max_length=128,
        strip=False,
        error_messages={"required": _("Hãy nhập mật khẩu đang dùng")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("current", "password")
