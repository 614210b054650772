from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("districts", "0005_audit_append_only")]

    operations = [
        migrations.AddField(
            model_name="posting",
            name="ended_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="ended"),
        ),
    ]
