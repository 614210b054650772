from django.db import migrations

from campaigns import append_only


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0008_review_and_quality")]

    operations = [
        migrations.RunPython(
            lambda apps, editor: append_only.install(editor.connection, append_only.REVIEWS),
            lambda apps, editor: append_only.remove(editor.connection, append_only.REVIEWS),
        )
    ]
