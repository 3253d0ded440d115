from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("book", "0001_initial")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0002_summary.sql").read_text(encoding="utf-8"),
            "drop table book_summary",
        ),
    ]
