from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("identity", "0012_more_keys")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0013_unsettled.sql").read_text(encoding="utf-8"),
            "drop table identity_unsettled",
        ),
    ]
