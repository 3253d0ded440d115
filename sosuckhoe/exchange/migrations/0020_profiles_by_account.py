from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("exchange", "0019_erasing")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0020_profiles_by_account.sql").read_text(encoding="utf-8"),
            "drop index exchange_arrival_of_account",
        ),
    ]
