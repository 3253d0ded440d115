from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("access", "0002_seal")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0003_tie.sql").read_text(encoding="utf-8"),
            "drop index access_tie_of_facility",
        ),
    ]
