from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("identity", "0010_likeness")]
    operations = [
        migrations.RunSQL((SCHEMA / "0011_likeness_wall.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)
    ]
