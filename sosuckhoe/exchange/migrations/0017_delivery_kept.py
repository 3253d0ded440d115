from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("exchange", "0016_insured_visit")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0017_delivery_kept.sql").read_text(encoding="utf-8"),
            "drop index exchange_delivery_of_digest; alter table exchange_delivery drop column kept",
        ),
    ]
