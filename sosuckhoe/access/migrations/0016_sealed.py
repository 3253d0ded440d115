from django.db import migrations


def seal(apps: object, editor: object) -> None:
    """Seal telephones and secrets with the key ring: until now they were sealed with the house's secret."""
    from sosuckhoe.access.sealing_over import seal_everything

    del apps, editor
    seal_everything()


class Migration(migrations.Migration):
    dependencies = [("access", "0015_source")]
    operations = [migrations.RunPython(seal)]
