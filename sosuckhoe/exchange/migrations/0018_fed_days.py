from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("exchange", "0017_delivery_kept")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0018_fed_days.sql").read_text(encoding="utf-8"),
            """
            alter table exchange_told drop column day;
            alter table exchange_word drop column visited, drop column heard
            """,
        ),
    ]
