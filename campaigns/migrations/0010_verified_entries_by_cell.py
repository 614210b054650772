"""Verified entries name a cell, as tally entries do. Nobody has reviewed anything before this migration."""

import django.db.models.deletion
from django.db import migrations, models

from campaigns import append_only

TABLES = ["campaigns_verifiedentry"]


def _id():
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def _link(to, **options):
    options = {"db_constraint": False, "related_name": "+"} | options
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=to, **options)


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0009_reviews_append_only"),
        ("districts", "0004_notices_sessions_and_token_scopes"),
    ]

    operations = [
        # Made anew: its triggers go with the table, and are installed again below.
        migrations.DeleteModel("VerifiedEntry"),
        migrations.CreateModel(
            name="VerifiedEntry",
            fields=[
                ("id", _id()),
                ("happened_on", models.DateField()),
                ("change", models.IntegerField()),
                ("recorded_at", models.DateTimeField(db_index=True)),
                ("review", _link("campaigns.review", related_name="entries")),
                ("unit", _link("districts.area", db_index=False)),
                ("cell", _link("campaigns.sheetcell", db_index=False)),
            ],
            options={
                "verbose_name": "verified entry",
                "indexes": [
                    models.Index(fields=["unit", "happened_on"], name="campaigns_v_unit_id_8826d6_idx")
                ],
            },
        ),
        migrations.RunPython(
            lambda apps, editor: append_only.install(editor.connection, TABLES),
            lambda apps, editor: append_only.remove(editor.connection, TABLES),
        ),
        migrations.AddIndex(
            model_name="tallyentry",
            index=models.Index(
                condition=models.Q(("change__lt", 0)),
                fields=["unit", "happened_on"],
                name="tally_entry_negative",
            ),
        ),
    ]
