from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("clinical", "0018_deletion")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0019_closure.sql").read_text(encoding="utf-8"),
            "drop table clinical_closure_code; drop table clinical_closure",
        ),
    ]
