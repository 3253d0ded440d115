from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0018_wall")]
    operations = [
        migrations.AddField("account", "licence", models.CharField(blank=True, default="", max_length=60)),
    ]
