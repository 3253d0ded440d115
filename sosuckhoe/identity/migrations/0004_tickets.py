from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("identity", "0003_merge")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0004_tickets.sql").read_text(encoding="utf-8"),
            "drop table identity_ticket, identity_standing",
        ),
    ]
