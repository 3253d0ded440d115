from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("clinical", "0016_wall")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0017_lettered.sql").read_text(encoding="utf-8"),
            "drop index clinical_text_lettered",
        ),
    ]
