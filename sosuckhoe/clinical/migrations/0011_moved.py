from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("clinical", "0010_reindex")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0011_moved.sql").read_text(encoding="utf-8"),
            "drop index clinical_address_of_resource",
        ),
    ]
