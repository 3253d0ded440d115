from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("exchange", "0018_fed_days")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0019_erasing.sql").read_text(encoding="utf-8"),
            """
            drop table exchange_sweep; alter table exchange_told drop column erased;
            drop index exchange_episode_erased; alter table exchange_episode drop column cut
            """,
        ),
    ]
