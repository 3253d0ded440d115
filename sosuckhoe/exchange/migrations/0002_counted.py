from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0002_counted.sql").read_text(encoding="utf-8"),
            "alter table exchange_filing drop column counted",
        ),
    ]
