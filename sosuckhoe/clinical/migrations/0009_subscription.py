from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("clinical", "0008_compared")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0009_subscription.sql").read_text(encoding="utf-8"),
            "drop table clinical_subscription, clinical_event, clinical_notice",
        ),
    ]
