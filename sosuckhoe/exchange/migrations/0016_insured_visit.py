from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("exchange", "0015_wall")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0016_insured_visit.sql").read_text(encoding="utf-8"), "drop table exchange_insured_visit"
        ),
    ]
