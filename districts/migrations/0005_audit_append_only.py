from django.db import migrations

from districts import append_only


class Migration(migrations.Migration):
    dependencies = [("districts", "0004_notices_sessions_and_token_scopes")]

    operations = [
        migrations.RunPython(
            lambda apps, editor: append_only.install(editor.connection, append_only.AUDIT),
            lambda apps, editor: append_only.remove(editor.connection, append_only.AUDIT),
        )
    ]
