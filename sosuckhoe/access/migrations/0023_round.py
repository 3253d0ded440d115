from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("access", "0022_try")]
    operations = [
        migrations.RunSQL((SCHEMA / "0023_round.sql").read_text(encoding="utf-8"), "drop table access_round"),
    ]
