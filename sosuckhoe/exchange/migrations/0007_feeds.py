from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("exchange", "0006_register")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0007_feeds.sql").read_text(encoding="utf-8"),
            "drop table exchange_put_off, exchange_told, exchange_word, exchange_delivery_finding, exchange_delivery",
        ),
    ]
