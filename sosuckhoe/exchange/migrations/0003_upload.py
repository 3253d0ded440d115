from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("exchange", "0002_counted")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0003_upload.sql").read_text(encoding="utf-8"),
            "drop table exchange_upload_file, exchange_upload",
        ),
    ]
