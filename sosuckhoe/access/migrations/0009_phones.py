from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("access", "0008_cards")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0009_phones.sql").read_text(encoding="utf-8"),
            "alter table access_phone drop column keep",
        ),
    ]
