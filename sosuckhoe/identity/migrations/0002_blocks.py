from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_initial")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0002_blocks.sql").read_text(encoding="utf-8"),
            "alter table identity_doubt drop column score; drop table identity_block;",
        ),
    ]
