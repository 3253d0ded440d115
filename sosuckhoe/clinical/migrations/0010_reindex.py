from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("clinical", "0009_subscription")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0010_reindex.sql").read_text(encoding="utf-8"),
            "drop table clinical_parameter, clinical_reindex, clinical_reindex_again",
        ),
    ]
