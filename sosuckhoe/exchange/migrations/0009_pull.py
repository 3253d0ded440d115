from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("exchange", "0008_card")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0009_pull.sql").read_text(encoding="utf-8"), "drop table exchange_pull_file, exchange_pull"
        ),
    ]
