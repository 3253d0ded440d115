from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("exchange", "0003_upload")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0004_merge.sql").read_text(encoding="utf-8"),
            "drop index exchange_package_of_person, exchange_check_in_of_person",
        ),
    ]
