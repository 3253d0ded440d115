from django.db import migrations


def key(apps: object, editor: object) -> None:
    """What resources are found by is keyed now, so what stands there is made anew. Cut short, it goes on."""
    from sosuckhoe.clinical.sealing_over import key_everything

    del apps, editor
    key_everything()


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("clinical", "0014_sealed")]
    operations = [migrations.RunPython(key)]
