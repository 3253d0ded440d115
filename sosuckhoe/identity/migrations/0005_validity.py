from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("identity", "0004_tickets")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0005_validity.sql").read_text(encoding="utf-8"),
            "alter table identity_facility drop column valid_from, drop column valid_until",
        ),
    ]
