from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


def seal(apps: object, editor: object) -> None:
    """Seal what stands in plain words, and give everybody their keys anew: they are keyed now."""
    from sosuckhoe.identity.sealing_over import seal_everything

    del apps, editor
    seal_everything()


class Migration(migrations.Migration):
    dependencies = [("identity", "0005_validity")]
    operations = [
        migrations.RunSQL((SCHEMA / "0006_sealed.sql").read_text(encoding="utf-8")),
        migrations.RunPython(seal),
        migrations.RunSQL((SCHEMA / "0006_sealed_only.sql").read_text(encoding="utf-8")),
    ]
