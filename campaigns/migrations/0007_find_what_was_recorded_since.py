"""An index by which the entries recorded after an instant are found: see "as of" in ``reports.selectors.sums``.

Rows come in the order in which they are recorded. So PostgreSQL needs to keep no more than the span of each stretch
of the table (BRIN: some kilobytes for a million rows, and nothing to look up when one is written). SQLite has only
the ordinary kind.
"""

from django.db import migrations

NAME = "campaigns_tallyentry_recorded"


def create(apps, editor):
    using = "USING brin (recorded_at) WITH (pages_per_range = 32, autosummarize = on)"
    method = using if editor.connection.vendor == "postgresql" else "(recorded_at)"
    editor.execute(f"CREATE INDEX {NAME} ON campaigns_tallyentry {method}")


def drop(apps, editor):
    editor.execute(f"DROP INDEX {NAME}")


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0006_plural_names")]

    operations = [migrations.RunPython(create, drop)]
