from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("exchange", "0020_profiles_by_account")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0021_change_set_aside.sql").read_text(encoding="utf-8"),
            "alter table exchange_change drop column problem, drop column tries",
        ),
    ]
