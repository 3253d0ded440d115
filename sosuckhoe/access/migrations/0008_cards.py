from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("access", "0007_decisions")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0008_cards.sql").read_text(encoding="utf-8"),
            """
            drop table access_card;
            create table access_card (
              number text primary key, account int8 not null, pin text not null, made timestamptz not null,
              ended timestamptz
            )
            """,
        ),
    ]
