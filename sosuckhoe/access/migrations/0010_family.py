from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("access", "0009_phones")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0010_family.sql").read_text(encoding="utf-8"),
            "drop table access_custody, access_notice",
        ),
    ]
