from django.db import migrations


def key(apps: object, editor: object) -> None:
    """Give everybody the keys that came later: by telephone, and by the number inside a child's card."""
    from sosuckhoe.identity.near import key_everybody

    del apps, editor
    key_everybody()


class Migration(migrations.Migration):
    atomic = False  # page by page: what stands already stays, so it may begin again
    dependencies = [("identity", "0011_likeness_wall")]
    operations = [migrations.RunPython(key, migrations.RunPython.noop)]
