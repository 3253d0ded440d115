from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("exchange", "0004_merge"), ("identity", "0004_tickets")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0005_population.sql").read_text(encoding="utf-8"),
            "drop table exchange_night, exchange_stream, exchange_change, exchange_heard",
        ),
    ]
