from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("clinical", "0011_moved")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0012_in_order.sql").read_text(encoding="utf-8"),
            "alter table clinical_text drop column moment; alter table clinical_number drop column moment",
        ),
    ]
