from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("identity", "0009_wall")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0010_likeness.sql").read_text(encoding="utf-8"),
            "drop table identity_likeness",
        ),
    ]
