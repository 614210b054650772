"""What a page shows, as a file: ``?file=xlsx`` holds all its tables, ``?file=csv&table=…`` one of them."""

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from districts.table_files.writing import csv_file, workbook_file

KINDS = ("csv", "xlsx")


def file_wanted(request):
    """csv, xlsx or None. Whoever asks for another kind gets nothing but a 404."""
    kind = request.GET.get("file")
    if kind is None:
        return None
    if kind not in KINDS:
        raise Http404("No such kind of file.")
    return kind


def answer(request, tables, name, *about):
    """The file that was asked for. ``about``: (label, value) of what narrows the tables."""
    if request.GET["file"] == "csv":
        code = request.GET.get("table", tables[0].code if tables else "")
        table = next((one for one in tables if one.code == code), None)
        if table is None:
            raise Http404("No such table.")
        return csv_file(table.cells(), f"{name}-{table.code}")
    notes = [
        *about,
        (_("Address"), request.build_absolute_uri()),
        (_("Made at"), timezone.localtime().strftime("%Y-%m-%d %H:%M")),
    ]
    return workbook_file([(table.title, table.cells()) for table in tables], name, notes)


def links(request, *codes_and_titles):
    """[(words, address)] of the files of a page: the workbook, and a CSV for each table."""
    params = request.GET.copy()
    for name in ("file", "table", "page"):
        params.pop(name, None)

    def address(**more):
        own = params.copy()
        own.update(more)
        return f"?{own.urlencode()}"

    found = [("XLSX", address(file="xlsx"))]
    if len(codes_and_titles) < 2:
        return [*found, ("CSV", address(file="csv"))]
    return found + [(f"CSV: {title}", address(file="csv", table=code)) for code, title in codes_and_titles]


def of_query(query):
    """What a StockQuery narrows, for the notes of a workbook."""
    pairs = [(_("End of day"), query.day.isoformat())]
    if query.first:
        pairs.append((_("From day"), query.first.isoformat()))
    if query.as_of:
        pairs.append((_("As known at"), timezone.localtime(query.as_of).isoformat()))
    if query.vaccine:
        pairs.append((_("Vaccine"), query.vaccine.name))
    if query.earmark:
        pairs.append((_("Meant for"), query.earmark))
    if query.channel:
        pairs.append((_("Came from"), query.channel))
    return pairs
