from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("clinical", "0001_initial")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0002_text.sql").read_text(encoding="utf-8"),
            "drop table clinical_text",
        ),
    ]
