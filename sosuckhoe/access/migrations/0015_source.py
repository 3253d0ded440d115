from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0014_granted")]
    operations = [
        migrations.AddField("account", "source", models.CharField(blank=True, default="", max_length=60)),
    ]
