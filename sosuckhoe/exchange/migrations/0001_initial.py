from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0001_tables.sql").read_text(encoding="utf-8"),
            """
            drop table exchange_check_in, exchange_record, exchange_episode, exchange_tally, exchange_finding,
              exchange_package, exchange_filing, exchange_waiting, exchange_arrival
            """,
        ),
    ]
