from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("access", "0018_wall"), ("clinical", "0015_keyed")]
    operations = [migrations.RunSQL((SCHEMA / "0016_wall.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)]
