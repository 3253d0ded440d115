from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("access", "0006_codes")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0007_decisions.sql").read_text(encoding="utf-8"),
            """
            drop table access_desk_code, access_queue, access_emergency, access_request;
            alter table access_relation drop column full_until
            """,
        ),
    ]
