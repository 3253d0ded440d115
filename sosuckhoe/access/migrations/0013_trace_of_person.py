from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("access", "0012_retention")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0013_trace_of_person.sql").read_text(encoding="utf-8"),
            """
            create index access_audit_of_person on access_audit (bucket, person, at desc);
            alter table access_audit drop constraint access_audit_pkey, add primary key (bucket, id);
            """,
        ),
    ]
