from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("exchange", "0010_profile_told")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0011_erased.sql").read_text(encoding="utf-8"),
            "alter table exchange_episode drop column erased",
        ),
    ]
