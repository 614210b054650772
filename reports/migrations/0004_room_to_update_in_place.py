from django.db import migrations

# PostgreSQL writes a changed row beside the old one where the page has room, and then no index changes. These
# rows are changed all day; on full pages every change would also enter the primary key, at a cost that grows
# with the table.
ROOM = {
    "reports_dailyprogress": 80,
    "reports_monthlyprogress": 70,
    "reports_progresstodate": 50,
    "reports_dailyreporting": 80,
    "reports_dailyrevision": 80,
}


def leave_room(apps, editor):
    if editor.connection.vendor == "postgresql":
        for table, percent in ROOM.items():
            editor.execute(f"ALTER TABLE {table} SET (fillfactor = {percent})")


def fill(apps, editor):
    if editor.connection.vendor == "postgresql":
        for table in ROOM:
            editor.execute(f"ALTER TABLE {table} RESET (fillfactor)")


class Migration(migrations.Migration):
    dependencies = [("reports", "0003_verified_figures")]

    operations = [migrations.RunPython(leave_room, fill)]
