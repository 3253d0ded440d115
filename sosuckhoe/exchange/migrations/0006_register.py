from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("exchange", "0005_population")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0006_register.sql").read_text(encoding="utf-8"),
            "drop table exchange_register_entry, exchange_worker_code, exchange_register_import,"
            " exchange_register_fault",
        ),
    ]
