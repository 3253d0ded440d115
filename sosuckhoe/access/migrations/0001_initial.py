from pathlib import Path

from django.contrib.auth.base_user import BaseUserManager
from django.db import migrations, models

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("username", models.CharField(max_length=80, unique=True)),
                ("display_name", models.CharField(max_length=255)),
                ("role", models.CharField(max_length=20)),
                ("person", models.BigIntegerField(blank=True, db_index=True, null=True)),
                ("facility", models.CharField(blank=True, db_index=True, default="", max_length=5)),
                ("area", models.CharField(blank=True, default="", max_length=5)),
                ("note", models.CharField(blank=True, default="", max_length=255)),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={"db_table": "access_account"},
            managers=[("objects", BaseUserManager())],
        ),
        migrations.RunSQL(
            (SCHEMA / "0001_tables.sql").read_text(encoding="utf-8"),
            "drop table access_relation, access_tie, access_audit, access_token",
        ),
    ]
