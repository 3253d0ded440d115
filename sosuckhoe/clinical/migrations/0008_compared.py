from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("clinical", "0007_bulk")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0008_compared.sql").read_text(encoding="utf-8"),
            """
            drop table clinical_phrase;
            alter table clinical_number drop column kind, drop column second_low, drop column second_high,
                drop column pair, drop column system;
            """,
        ),
    ]
