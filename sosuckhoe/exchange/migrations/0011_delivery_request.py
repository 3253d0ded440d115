from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("exchange", "0010_profile_told")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0011_delivery_request.sql").read_text(encoding="utf-8"),
            "drop index exchange_delivery_newest; alter table exchange_delivery drop column request, drop column state",
        ),
    ]
