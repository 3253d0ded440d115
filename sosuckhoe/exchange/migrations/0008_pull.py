from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("exchange", "0007_feeds")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0008_pull.sql").read_text(encoding="utf-8"), "drop table exchange_pull_file, exchange_pull"
        ),
    ]
