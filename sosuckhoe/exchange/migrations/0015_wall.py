from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("access", "0018_wall"), ("exchange", "0014_sealed")]
    operations = [migrations.RunSQL((SCHEMA / "0015_wall.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)]
