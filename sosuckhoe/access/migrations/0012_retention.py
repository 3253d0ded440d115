from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("access", "0011_apps")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0012_retention.sql").read_text(encoding="utf-8"),
            "drop table access_hold, access_retention_night",
        ),
    ]
