from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("exchange", "0011_erased")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0012_delivery_request.sql").read_text(encoding="utf-8"),
            "drop index exchange_delivery_newest; alter table exchange_delivery drop column request, drop column state",
        ),
    ]
