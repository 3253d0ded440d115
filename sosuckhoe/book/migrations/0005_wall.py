from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("access", "0018_wall"), ("book", "0004_sealed")]
    operations = [migrations.RunSQL((SCHEMA / "0005_wall.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)]
