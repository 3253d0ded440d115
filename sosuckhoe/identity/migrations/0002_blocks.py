from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


def key_everybody(apps: object, editor: object) -> None:
    """Give everybody who is known already their keys."""
    from sosuckhoe.identity.near import key_everybody

    del apps, editor
    key_everybody()


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_initial")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0002_blocks.sql").read_text(encoding="utf-8"),
            "alter table identity_doubt drop column score; drop table identity_block;",
        ),
        migrations.RunPython(key_everybody, migrations.RunPython.noop),
    ]
