from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("access", "0004_consent")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0005_session.sql").read_text(encoding="utf-8"),
            "drop table access_session",
        ),
    ]
