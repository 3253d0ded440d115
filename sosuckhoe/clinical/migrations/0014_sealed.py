from django.db import migrations


def seal(apps: object, editor: object) -> None:
    """Seal dictionaries and kept answers; bodies are sealed as they are written, older ones by `sosuckhoe keys rotate`."""
    from sosuckhoe.clinical.sealing_over import seal_dictionaries_and_answers

    del apps, editor
    seal_dictionaries_and_answers()


class Migration(migrations.Migration):
    dependencies = [("clinical", "0013_start")]
    operations = [migrations.RunPython(seal)]
