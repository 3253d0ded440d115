from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("access", "0016_sealed")]
    operations = [
        migrations.RunSQL((SCHEMA / "0017_data_key.sql").read_text(encoding="utf-8"), "drop table access_data_key"),
    ]
