from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0002_seal.sql").read_text(encoding="utf-8"),
            "drop table access_seal, access_seal_state, access_seal_told; drop index access_audit_in_order",
        ),
    ]
