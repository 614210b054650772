from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0012_findings_stay_true")]

    operations = [
        migrations.AlterField(
            model_name="item",
            name="kind",
            field=models.CharField(
                choices=[
                    ("dose", "Doses"),
                    ("person", "Persons"),
                    ("listed", "Persons listed"),
                    ("household", "Households"),
                    ("site", "Sites"),
                    ("session", "Sessions"),
                ],
                default="dose",
                max_length=12,
                verbose_name="kind",
            ),
        ),
    ]
