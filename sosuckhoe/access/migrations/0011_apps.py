from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("access", "0010_family")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0011_apps.sql").read_text(encoding="utf-8"),
            """
            drop table access_app, access_app_family, access_app_token, access_app_assertion, access_app_launch,
              access_app_key
            """,
        ),
    ]
