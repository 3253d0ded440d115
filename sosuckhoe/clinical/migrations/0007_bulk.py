from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("clinical", "0006_history")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0007_bulk.sql").read_text(encoding="utf-8"),
            "drop table clinical_job_person, clinical_job, clinical_loaded",
        ),
    ]
