from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0001_tables.sql").read_text(encoding="utf-8"),
            "drop table book_paper",
        ),
    ]
