from django.db import migrations


class Migration(migrations.Migration):
    """Summaries are sealed; those that are remembered plain are made anew."""

    dependencies = [("book", "0003_link")]
    operations = [migrations.RunSQL("delete from book_summary", "delete from book_summary")]
