from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("access", "0003_tie")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0004_consent.sql").read_text(encoding="utf-8"),
            """
            drop table access_grant, access_exclusion, access_hidden, access_narrowed;
            delete from access_tie where basis <> '00000000-0000-0000-0000-000000000000';
            alter table access_tie drop constraint access_tie_pkey, add primary key (bucket, person, facility);
            alter table access_relation drop column basis;
            drop index if exists access_relation_of_dependant;
            alter table access_tie drop column basis, drop column until, drop column shown, drop column overrides
            """,
        ),
    ]
