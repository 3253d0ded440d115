from pathlib import Path

from django.db import migrations

SCHEMA = Path(__file__).parent.parent / "schema"


class Migration(migrations.Migration):
    dependencies = [("access", "0005_session")]
    operations = [
        migrations.RunSQL(
            (SCHEMA / "0006_codes.sql").read_text(encoding="utf-8"),
            "drop table access_phone, access_code, access_stub_message, access_passkey, access_totp, access_card,"
            " access_failure",
        ),
    ]
