from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("identity", "0002_blocks")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0003_merge.sql").read_text(encoding="utf-8"),
            "drop index identity_doubt_of_other; drop table identity_review, identity_merge_row, identity_merge;"
            "drop sequence identity_merge_number",
        ),
    ]
