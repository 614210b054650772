"""The import pages: who may, what is shown before anything is counted, and what comes back."""

import csv
import datetime
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from campaigns.models import ImportRun, ImportState, Journal
from campaigns.presenters.imports import KindRow
from campaigns.services import import_runs
from campaigns.services.tallies import Line, submit_tally
from districts.models import AuditEvent
from reports.fold import fold_marks
from tests.campaigns.imports.pages import CELL, DAY, GOOD, do, file_of, page, upload, uploaded, words
from tests.campaigns.imports.standing import day_counts, item_total
from tests.campaigns.imports.wide_file import RAIPUR, sound, wide


class TestTheRoadOfAFile:
    def test_nothing_is_counted_before_the_confirmation(self, drive, tree, state_officer, sign_in):
        client = sign_in(state_officer)
        run = uploaded(client, drive, file_of(GOOD))
        assert run.state == ImportState.READY
        assert item_total(drive, "first_dose") == 0
        text = words(page(client, run))
        assert "Counts that would change: 1 First reports: 1; corrections of reports that stand: 0" in text
        assert "First dose 0 25 +25" in text

    def test_after_the_confirmation_the_counts_stand(self, drive, tree, state_officer, sign_in):
        client = sign_in(state_officer)
        run = uploaded(client, drive, file_of(GOOD))
        do(client, run, "confirm")
        assert run.state == ImportState.CONFIRMED
        import_runs.work(run)
        run.refresh_from_db()
        assert run.state == ImportState.LOADED
        assert day_counts(drive, tree.abhanpur, CELL) == {DAY: 25}
        assert "Counts changed: 1. Reports written: 1, of them first reports: 1." in words(page(client, run))
        journal = Journal.objects.get()
        assert (journal.by, journal.file_name, journal.source) == (state_officer, "counts.csv", "file")

    def test_each_step_is_kept_in_the_audit_trail(self, drive, state_officer, sign_in):
        client = sign_in(state_officer)
        run = uploaded(client, drive, file_of(GOOD))
        do(client, run, "confirm")
        import_runs.work(run)
        acts = (
            AuditEvent.objects.filter(subject=f"import {run.key}").order_by("id").values_list("action", "by")
        )
        assert list(acts) == [
            (act, state_officer.pk) for act in ("import.upload", "import.confirm", "import.load")
        ]

    def test_the_same_file_again_would_change_nothing_and_offers_no_load(self, drive, state_officer, sign_in):
        client = sign_in(state_officer)
        run = uploaded(client, drive, file_of(GOOD))
        do(client, run, "confirm")
        import_runs.work(run)
        ImportRun.objects.all().delete()
        again = uploaded(client, drive, file_of(GOOD))
        response = page(client, again)
        assert "everything in the file stands already" in words(response)
        assert reverse("import-confirm", args=[drive.slug, again.key]) not in response.content.decode()

    def test_the_preview_says_what_is_no_sum_and_how_many_columns_it_leaves_out(
        self, cowin, tree, national_officer, sign_in
    ):
        text = io.StringIO()
        days = [sound(100, sessions=9, sites=3), [""] * 10, sound(130, sessions=4, sites=4)]
        csv.writer(text).writerows(wide(["10/04/2021", "11/04/2021", "12/04/2021"], [(*RAIPUR, days)]))
        file = SimpleUploadedFile("cowin.csv", text.getvalue().encode(), "text/csv")
        shown = words(page(client := sign_in(national_officer), uploaded(client, cowin, file)))
        assert "Sites the largest day 0 4" in shown
        assert "is shown for its largest day" in shown
        assert "First dose 0 130 +130" in shown
        assert KindRow("Blank cell", 71, [("CoviShield", 1)], False).more == 70
        assert KindRow("Blank cell", 71, [], False).more == 0

    def test_a_correction_needs_a_reason(self, drive, tree, state_officer, sign_in):
        line = Line(item="first_dose", cohort="18-44", vaccine="covishield", count=20)
        submit_tally(
            campaign=drive, unit=tree.abhanpur, day=DAY, lines=[line], by=state_officer, source="form"
        )
        client = sign_in(state_officer)
        run = uploaded(client, drive, file_of(GOOD))
        response = do(client, run, "confirm", reason=" ")
        assert response.status_code == 422
        assert run.state == ImportState.READY
        do(client, run, "confirm", reason="Five found in the register")
        import_runs.work(run)
        assert day_counts(drive, tree.abhanpur, CELL) == {DAY: 25}
        submission = Journal.objects.order_by("-pk").first().submissions.get()
        assert (submission.version, submission.reason) == (2, "Five found in the register")

    def test_a_cancelled_file_is_gone_and_never_loaded(
        self, drive, state_officer, sign_in, django_capture_on_commit_callbacks
    ):
        client = sign_in(state_officer)
        run = uploaded(client, drive, file_of(GOOD))
        with django_capture_on_commit_callbacks(execute=True):
            do(client, run, "cancel")
        assert run.state == ImportState.CANCELLED
        assert not run.upload.exists()
        do(client, run, "confirm")
        import_runs.work(run)
        assert run.state == ImportState.CANCELLED
        assert item_total(drive, "first_dose") == 0

    def test_confirming_twice_loads_once(self, drive, state_officer, sign_in):
        client = sign_in(state_officer)
        run = uploaded(client, drive, file_of(GOOD))
        do(client, run, "confirm")
        stale = ImportRun.objects.get()
        import_runs.work(run)
        # A second worker that read the run before the first was done.
        import_runs.work(stale)
        assert Journal.objects.count() == 1
        assert item_total(drive, "first_dose") == 25
        assert "moved on" in words(
            client.post(reverse("import-confirm", args=[drive.slug, run.key]), follow=True)
        )

    def test_a_load_that_was_written_and_not_noted_is_noted_and_not_written_again(
        self, drive, state_officer, sign_in
    ):
        client = sign_in(state_officer)
        run = uploaded(client, drive, file_of(GOOD))
        do(client, run, "confirm")
        import_runs.work(run)
        # As if the worker had died between the ledger's commit and the run's.
        ImportRun.objects.update(state=ImportState.CONFIRMED, result={}, attempts=1)
        run = ImportRun.objects.get()
        import_runs.work(run)
        run.refresh_from_db()
        assert run.state == ImportState.LOADED
        assert run.result["changes"] == 1
        assert Journal.objects.count() == 1


class TestFailedRows:
    @pytest.fixture
    def run(self, drive, district_officer, sign_in):
        """An officer of Raipur sends a row of Bastar, a misspelt count and a good row."""
        return uploaded(
            sign_in(district_officer),
            drive,
            file_of(GOOD, ["B3595", "Jagdalpur", "2021-04-10", 7], ["B3694", "=cmd()", "2021-04-10", "1o"]),
        )

    def test_rows_outside_ones_area_are_refused_by_number(self, run, client):
        text = words(page(client, run))
        assert "2 rows not loaded" in text
        assert "B3595 lies outside the area of your posting." in text

    def test_they_come_back_as_a_file_with_reasons(self, run, client):
        response = client.get(reverse("import-findings", args=["drive", run.key, "check", "failures"]))
        rows = list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))
        assert [(row["!row"], row["Area code [area]"], row["!value"]) for row in rows] == [
            ("3", "B3595", "B3595"),
            ("4", "B3694", "1o"),
        ]
        assert "whole number" in rows[1]["!reason"]
        assert rows[1]["Name [name]"] == "'=cmd()"

    def test_the_good_rows_are_loaded(self, run, client, drive, tree):
        do(client, run, "confirm")
        import_runs.work(run)
        assert item_total(drive, "first_dose") == 25
        assert "2 rows not loaded" in words(page(client, run))

    def test_a_posting_that_ends_before_the_load_stops_it(self, run, client, drive, district_officer):
        do(client, run, "confirm")
        district_officer.postings.update(ends_on=datetime.date(2020, 2, 1))
        import_runs.work(ImportRun.objects.get())
        run.refresh_from_db()
        assert run.state == ImportState.REFUSED
        assert item_total(drive, "first_dose") == 0


class TestRefusedFiles:
    def test_a_file_that_is_no_table_is_refused_with_the_reason(self, drive, state_officer, sign_in):
        client = sign_in(state_officer)
        run = uploaded(client, drive, SimpleUploadedFile("scan.pdf", b"%PDF-1.4 ..."))
        assert run.state == ImportState.REFUSED
        assert "neither a CSV nor an XLSX file" in words(page(client, run))

    def test_a_file_of_another_format_than_said_is_refused(self, drive, state_officer, sign_in):
        run = uploaded(sign_in(state_officer), drive, file_of(GOOD), file_format="cowin_wide")
        assert run.state == ImportState.REFUSED
        assert "CoWIN" in run.refusal

    def test_an_empty_file_is_refused_at_once(self, drive, state_officer, sign_in):
        response = upload(sign_in(state_officer), drive, SimpleUploadedFile("counts.csv", b""))
        assert response.status_code == 422
        assert "The file is empty" in words(response)
        assert not ImportRun.objects.exists()

    def test_a_file_over_the_limit_is_refused_before_it_is_read(
        self, drive, state_officer, sign_in, settings
    ):
        settings.IMPORT_MAX_BYTES = 1_000_000
        big = SimpleUploadedFile("counts.csv", b"x" * 1_200_000)
        response = upload(sign_in(state_officer), drive, big)
        assert response.status_code == 413
        assert not ImportRun.objects.exists()

    def test_a_file_just_over_the_limit_is_refused_while_it_is_kept(
        self, drive, state_officer, sign_in, settings
    ):
        settings.IMPORT_MAX_BYTES = 1_000_000
        response = upload(sign_in(state_officer), drive, SimpleUploadedFile("counts.csv", b"x" * 1_000_001))
        assert response.status_code == 422
        assert not ImportRun.objects.exists()

    def test_an_archived_campaign_takes_no_file(self, drive, state_officer, sign_in):
        drive.archived_at = "2021-07-01T00:00:00+05:30"
        drive.save()
        response = upload(sign_in(state_officer), drive, file_of(GOOD))
        assert response.status_code == 422 and "archived" in words(response)

    def test_three_broken_attempts_end_the_run(self, drive, state_officer, sign_in):
        client = sign_in(state_officer)
        upload(client, drive, file_of(GOOD))
        ImportRun.objects.update(attempts=3)
        run = ImportRun.objects.get()
        import_runs.work(run)
        assert run.state == ImportState.REFUSED
        assert "every attempt was broken off" in words(page(client, run))


class TestProgress:
    def test_the_page_of_a_file_being_read_renews_itself_with_and_without_scripts(
        self, drive, state_officer, sign_in
    ):
        client = sign_in(state_officer)
        upload(client, drive, file_of(GOOD))
        run = ImportRun.objects.get()
        run.say_progress(0.42)
        html = page(client, run).content.decode()
        assert '<noscript><meta http-equiv="refresh"' in html
        assert 'hx-trigger="every 2s"' in html
        assert 'value="42"' in html

    def test_a_poll_gets_the_bar_alone_and_the_whole_page_when_the_step_is_done(
        self, drive, state_officer, sign_in
    ):
        client = sign_in(state_officer)
        upload(client, drive, file_of(GOOD))
        run = ImportRun.objects.get()
        address = reverse("import-run", args=[drive.slug, run.key])
        poll = client.get(address, headers={"HX-Request": "true"})
        assert "<progress" in poll.content.decode() and "<html" not in poll.content.decode()
        import_runs.work(run)
        assert client.get(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"

    def test_a_loaded_file_is_being_added_up_until_the_fold_took_it(self, drive, state_officer, sign_in):
        client = sign_in(state_officer)
        run = uploaded(client, drive, file_of(GOOD))
        do(client, run, "confirm")
        address = reverse("import-run", args=[drive.slug, run.key])
        import_runs.work(run)
        assert client.get(address, headers={"HX-Request": "true", "HX-Trigger": "working"})["HX-Refresh"]
        shown = page(client, run)
        assert "Last step: the counts are being added up." in words(shown)
        assert '<noscript><meta http-equiv="refresh"' in shown.content.decode()
        asking = {"HX-Request": "true", "HX-Trigger": "adding-up"}
        assert client.get(address, headers=asking).status_code == 204
        fold_marks(drive.pk)
        assert client.get(address, headers=asking)["HX-Refresh"] == "true"
        assert "The counts are added up; the dashboards show them." in words(page(client, run))
        assert "being added up" not in words(page(client, run))

    def test_when_no_worker_is_heard_the_page_says_so_and_offers_to_try_again(
        self, drive, state_officer, sign_in
    ):
        client = sign_in(state_officer)
        upload(client, drive, file_of(GOOD))
        long_ago = datetime.datetime(2021, 1, 1, tzinfo=datetime.UTC)
        ImportRun.objects.update(changed_at=long_ago, attempts=2)
        run = ImportRun.objects.get()
        assert run.is_silent
        assert "No worker has been heard" in words(page(client, run))
        do(client, run, "retry")
        assert not run.is_silent and run.attempts == 0

    def test_a_step_in_progress_is_not_called_silent(self, drive, state_officer, sign_in):
        client = sign_in(state_officer)
        upload(client, drive, file_of(GOOD))
        ImportRun.objects.update(changed_at=datetime.datetime(2021, 1, 1, tzinfo=datetime.UTC))
        run = ImportRun.objects.get()
        run.say_progress(0.1)
        assert not run.is_silent


class TestTemplateDownload:
    def test_the_csv_has_the_officers_units_only(self, drive, district_officer, sign_in):
        days = {"first_day": "2021-04-10", "last_day": "2021-04-10"}
        response = sign_in(district_officer).get(reverse("import-template-csv", args=[drive.slug]), days)
        rows = list(csv.reader(io.StringIO(response.getvalue().decode("utf-8-sig"))))
        assert [row[0] for row in rows[1:]] == ["B3693", "B3694"]
        assert response["Content-Disposition"] == 'attachment; filename="drive-2021-04-10-2021-04-10.csv"'

    def test_the_workbook_opens(self, drive, district_officer, sign_in, tmp_path):
        from districts.table_files.tables import open_table

        days = {"first_day": "2021-04-10", "last_day": "2021-04-11"}
        response = sign_in(district_officer).get(reverse("import-template-xlsx", args=[drive.slug]), days)
        path = tmp_path / "template.xlsx"
        path.write_bytes(response.content)
        with open_table(path) as table:
            assert [row[:3] for _number, row in table.rows()][-1] == ["B3694", "Arang", "2021-04-11"]

    @pytest.mark.parametrize(
        ("first", "last", "says"),
        [
            ("2021-04-11", "2021-04-10", "before the first"),
            ("2021-02-01", "2021-04-10", "choose days inside it"),
            ("", "2021-04-10", "required"),
        ],
    )
    def test_impossible_days_are_refused(self, drive, state_officer, sign_in, first, last, says):
        days = {"first_day": first, "last_day": last}
        response = sign_in(state_officer).get(reverse("import-template-xlsx", args=[drive.slug]), days)
        assert response.status_code == 422 and says in words(response)


def test_the_list_shows_ones_own_imports(drive, state_officer, sign_in):
    client = sign_in(state_officer)
    uploaded(client, drive, file_of(GOOD))
    text = words(client.get(reverse("imports", args=[drive.slug])))
    assert "counts.csv" in text and "Waiting for your confirmation" in text
