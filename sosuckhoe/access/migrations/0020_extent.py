from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("access", "0019_licence")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0020_extent.sql").read_text(encoding="utf-8"), "alter table access_request drop column extent"
        ),
    ]
