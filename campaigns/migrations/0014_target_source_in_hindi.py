from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0013_persons_only_listed")]

    operations = [
        migrations.AddField(
            model_name="targetset",
            name="source_hi",
            field=models.CharField(blank=True, max_length=200, verbose_name="source in Hindi"),
        ),
    ]
