"""Findings can be closed, and a mark asks for another look at a unit's days.

Every campaign's reports are marked: what was found before was never looked at again.
"""

import django.db.models.deletion
from django.db import migrations, models


def mark_everything(apps, editor):
    editor.execute(
        "INSERT INTO campaigns_rulemark (campaign_id, unit_id, since) "
        "SELECT u.campaign_id, u.area_id, c.starts_on FROM campaigns_reportingunit u "
        "JOIN campaigns_campaign c ON c.id = u.campaign_id WHERE EXISTS "
        "(SELECT 1 FROM campaigns_submission s WHERE s.campaign_id = u.campaign_id AND s.unit_id = u.area_id)"
    )


def _link(to, **options):
    return models.ForeignKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=to,
        **options,
    )


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0011_check_marks")]

    operations = [
        migrations.AddField(model_name="rulehit", name="closed_at", field=models.DateTimeField(null=True)),
        migrations.AddConstraint(
            model_name="rulehit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at", None)),
                fields=("submission", "rule", "cell"),
                name="rule_hit_open_once",
            ),
        ),
        migrations.CreateModel(
            name="RuleMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateField()),
                ("campaign", _link("campaigns.campaign")),
                ("unit", _link("districts.area")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["campaign", "unit", "since"], name="campaigns_r_campaig_06b046_idx")
                ],
            },
        ),
        migrations.DeleteModel(name="CheckMark"),
        migrations.RunPython(mark_everything, migrations.RunPython.noop),
    ]
