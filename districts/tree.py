"""Growing the tree of areas. The only writer of ``Area.path``.

Every writer holds the lock of the nation, for two reasons: two of them under one parent would hand out the
same number, and ``updated_at`` must grow in the order in which the changes become visible, or a client that
asks for what is new since its last visit would miss some.
"""

import csv
import io
import re

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from districts.models import Area, Level
from districts.models.areas import SEGMENT

MOST_CHILDREN = 10**SEGMENT - 1
LONGEST_NAME = Area._meta.get_field("name_en").max_length
# What stands in an address without being quoted.
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
# S22, D387, B3645: kept for what the directories of the LGD hold, or a newer one could find its codes taken.
DIRECTORY_CODE = re.compile(r"([SDB])[0-9]+")
DIRECTORY_LEVELS = {"S": Level.STATE, "D": Level.DISTRICT, "B": Level.BLOCK}
# SQLite refuses a statement with more parameters than its build allows; 500 is below every build.
PARENTS_AT_ONCE = 500
SITE_COLUMNS = f"{Area._meta.db_table} (code, level, parent_id, path, name_en, name_hi, iso_code, updated_at)"


class TreeRefused(ValueError):
    """An area that cannot stand where it was to be put, with the reason."""


def lock():
    """Hold off other writers of the tree until the transaction ends.

    Not the whole key of the row: that would also hold off everyone who only refers to the nation.
    """
    list(Area.objects.select_for_update(no_key=True).filter(level=Level.NATION).values_list("pk"))


def add_area(*, parent, code, level, name_en, name_hi="", **fields):
    """Add one area under ``parent`` (None for a nation). Siblings are numbered on, whatever their level."""
    row = dict(parent=parent, code=code, level=level, name_en=name_en, name_hi=name_hi, **fields)
    return add_many(rows=[row])[0]


def add_areas(*, parent, rows):
    """Add many siblings in the order given. Returns them."""
    return add_many(rows=[dict(row, parent=parent) for row in rows])


@transaction.atomic
def add_many(*, rows):
    """Add many areas at once, each under the ``parent`` its row names, in the order given. Returns them.

    Parents are saved areas, so a tree grows level by level: one query per 500 parents and one insert per
    2,000 areas.
    """
    lock()
    areas = [Area(path=path, **row) for row, path in _placed(list(rows))]
    return Area.objects.bulk_create(areas, batch_size=2000)


@transaction.atomic
def add_sites(*, rows):
    """Add session sites by the lakh: rows of ``parent``, ``code``, ``name_en``, ``name_hi``. Returns how many.

    A nation has three lakh of them. Making an object of each would take most of the time, so the rows go to
    the database as they are.
    """
    lock()
    now = timezone.now()
    if connection.vendor != "postgresql":
        now = connection.ops.adapt_datetimefield_value(now)
    values = [
        (
            row["code"],
            row["level"].value,
            row["parent"].pk,
            path,
            row["name_en"],
            row.get("name_hi", ""),
            "",
            now,
        )
        for row, path in _placed([row | {"level": Level.SITE} for row in rows])
    ]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            text = io.StringIO()
            # Quoted, an empty text is not read as NULL.
            csv.writer(text, quoting=csv.QUOTE_ALL).writerows(values)
            text.seek(0)
            cursor.copy_expert(f"COPY {SITE_COLUMNS} FROM STDIN WITH (FORMAT csv)", text)
        else:
            cursor.executemany(f"INSERT INTO {SITE_COLUMNS} VALUES (%s, %s, %s, %s, %s, %s, %s, %s)", values)
    return len(values)


def _placed(rows):
    """Each row with the path that it gets. The tree is locked."""
    last = _last_numbers({row["parent"].pk for row in rows if row["parent"]})
    if any(row["parent"] is None for row in rows):
        last[None] = _number(Area.objects.filter(parent=None).aggregate(last=Max("path"))["last"])
    for row in rows:
        parent = row["parent"]
        key = parent.pk if parent else None
        _check(row, parent)
        last[key] = number = last.get(key, 0) + 1
        if number > MOST_CHILDREN:
            raise TreeRefused(f"More than {MOST_CHILDREN} areas under {parent}.")
        yield row, f"{parent.path if parent else ''}{number:0{SEGMENT}d}"


def _check(row, parent):
    code, name = row["code"], row["name_en"]
    if parent is not None and row["level"] <= parent.level:
        raise TreeRefused(f"{code}: level {row['level']} cannot lie under level {parent.level}.")
    if not CODE.fullmatch(code):
        raise TreeRefused(f"{code!r}: a code is 1 to 32 letters, digits or one of _ -")
    directory = DIRECTORY_CODE.fullmatch(code.upper())
    if directory and row["level"] != DIRECTORY_LEVELS[directory[1]]:
        raise TreeRefused(f"{code}: codes of {directory[1]} and digits are those of the LGD's directories.")
    # SQLite does not hold a text to its length.
    if not name.strip() or max(len(name), len(row.get("name_hi", ""))) > LONGEST_NAME:
        raise TreeRefused(f"{code}: a name has 1 to {LONGEST_NAME} letters, not {name!r}.")


def _number(path):
    return int(path[-SEGMENT:]) if path else 0


def _last_numbers(parents):
    """The highest number handed out below each of these parents."""
    parents = sorted(parents)
    last = {}
    for start in range(0, len(parents), PARENTS_AT_ONCE):
        found = Area.objects.filter(parent__in=parents[start : start + PARENTS_AT_ONCE])
        # Paths below one parent are equally long, so the greatest text is the greatest number.
        for pk, path in found.order_by().values_list("parent").annotate(Max("path")):
            last[pk] = _number(path)
    return last
