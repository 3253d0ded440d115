from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("exchange", "0012_delivery_request")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0013_change_decided.sql").read_text(encoding="utf-8"),
            """
            drop index exchange_change_touching; drop index exchange_change_held;
            alter table exchange_change drop column id, drop column decided, drop column settled, drop column account,
              drop column reason
            """,
        ),
    ]
