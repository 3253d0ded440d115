from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    initial = True
    dependencies = [("exchange", "0002_counted")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0001_tables.sql").read_text(encoding="utf-8"),
            """
            drop table insight_state, insight_broken, insight_sent, insight_hour, insight_checked_in, insight_cell,
              insight_person
            """,
        ),
    ]
