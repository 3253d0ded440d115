from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("access", "0020_extent")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0021_code_place.sql").read_text(encoding="utf-8"), "alter table access_code drop column place"
        ),
    ]
