from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("clinical", "0012_in_order")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0013_start.sql").read_text(encoding="utf-8"),
            """
            alter table clinical_text drop column start;
            create index clinical_text_by_start on clinical_text (path, left(folded, 40));
            create index clinical_text_in_order on clinical_text (path, moment desc nulls last, rid);
            """,
        ),
    ]
