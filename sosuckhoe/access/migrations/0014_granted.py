from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("access", "0013_trace_of_person")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0014_granted.sql").read_text(encoding="utf-8"),
            "alter table access_request drop column ground, drop column proposer",
        ),
    ]
