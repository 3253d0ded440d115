from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("clinical", "0003_present")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0004_number.sql").read_text(encoding="utf-8"),
            "drop table clinical_number",
        ),
    ]
