from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("insight", "0002_wall"), ("identity", "0005_validity"), ("access", "0010_family")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0003_reach.sql").read_text(encoding="utf-8"),
            """
            drop table insight_reach_night, insight_reach, insight_reached;
            alter table insight_person drop column visited, drop column heard
            """,
        ),
    ]
