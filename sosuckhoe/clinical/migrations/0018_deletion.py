from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("clinical", "0017_lettered")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0018_deletion.sql").read_text(encoding="utf-8"),
            "alter table clinical_event drop column gone; alter table clinical_notice drop column gone",
        ),
    ]
