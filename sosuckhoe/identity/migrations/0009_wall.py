from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("access", "0018_wall"), ("identity", "0008_places")]
    operations = [migrations.RunSQL((SCHEMA / "0009_wall.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)]
