from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("access", "0018_wall"), ("insight", "0001_initial")]
    operations = [migrations.RunSQL((SCHEMA / "0002_wall.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)]
