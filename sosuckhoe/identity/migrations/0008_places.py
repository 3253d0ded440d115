from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("identity", "0006_sealed")]
    operations = [
        migrations.RunSQL((SCHEMA / "0008_places.sql").read_text(encoding="utf-8"), "drop table identity_place"),
    ]
