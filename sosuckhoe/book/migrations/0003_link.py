from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("book", "0002_summary")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0003_link.sql").read_text(encoding="utf-8"),
            "drop table book_link, book_link_opening",
        ),
    ]
