from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


def seal(apps: object, editor: object) -> None:
    """Seal what stands in plain words, also in the rows that merges keep."""
    from sosuckhoe.exchange.sealing_over import seal_everything

    del apps, editor
    seal_everything()


class Migration(migrations.Migration):
    dependencies = [("exchange", "0013_change_decided"), ("identity", "0006_sealed")]
    operations = [
        migrations.RunSQL((SCHEMA / "0014_sealed.sql").read_text(encoding="utf-8")),
        migrations.RunPython(seal),
        migrations.RunSQL((SCHEMA / "0014_sealed_only.sql").read_text(encoding="utf-8")),
    ]
