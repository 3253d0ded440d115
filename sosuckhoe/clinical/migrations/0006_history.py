from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("clinical", "0005_self")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0006_history.sql").read_text(encoding="utf-8"),
            "drop index clinical_history_by_updated",
        ),
    ]
