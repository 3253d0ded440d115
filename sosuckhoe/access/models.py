"""Accounts. The other tables of access are written and read by SQL (schema/)."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class Account(AbstractBaseUser):
    """Somebody, or a facility's system, that can sign in."""

    username = models.CharField(max_length=80, unique=True)
    display_name = models.CharField(max_length=255)
    role = models.CharField(max_length=20)
    person = models.BigIntegerField(null=True, blank=True, db_index=True)
    facility = models.CharField(max_length=5, blank=True, default="", db_index=True)
    area = models.CharField(max_length=5, blank=True, default="")
    source = models.CharField(max_length=60, blank=True, default="")
    licence = models.CharField(max_length=60, blank=True, default="")
    note = models.CharField(max_length=255, blank=True, default="")
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "username"
    objects: BaseUserManager[Account] = BaseUserManager()

    class Meta:
        db_table = "access_account"
