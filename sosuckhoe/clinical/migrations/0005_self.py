from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("clinical", "0004_number")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0005_self.sql").read_text(encoding="utf-8"),
            "alter table clinical_resource drop column self",
        ),
    ]
