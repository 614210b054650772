"""A campaign of India's size, made in a few seconds by statements instead of services.

36 states and 766 districts (Uttar Pradesh's 75 in the largest), blocks and session sites where asked for, a
COVID-like sheet of two doses by three age groups (6 cells), every district reporting every day.
"""

import datetime

STATES = 36
DISTRICTS = 766
BLOCKS = 7_200
SITES = 310_000
LARGEST_STATE = 75
FIRST_DAY = datetime.date(2021, 1, 16)

# Ids are set here, so that a parent can be told from a number.
NATION = 1
FIRST_STATE = 2
FIRST_DISTRICT = FIRST_STATE + STATES
FIRST_BLOCK = FIRST_DISTRICT + DISTRICTS
FIRST_SITE = FIRST_BLOCK + BLOCKS


def _state_of(number):
    """SQL: the state (0 to 35) of district ``number``: 75 in the first, the rest spread evenly."""
    return (
        f"CASE WHEN {number} < {LARGEST_STATE} THEN 0 "
        f"ELSE 1 + ({number} - {LARGEST_STATE}) * {STATES - 1} / {DISTRICTS - LARGEST_STATE} END"
    )


def make_areas(*, blocks=False, sites=False):
    """The tree down to districts, blocks or sites."""
    from django.db import connection

    statements = [
        _level(0, 1, NATION, "'IN'", "NULL::bigint"),
        _level(1, STATES, FIRST_STATE, "'S' || n", str(NATION)),
        _level(2, DISTRICTS, FIRST_DISTRICT, "'D' || n", f"{FIRST_STATE} + {_state_of('n')}"),
    ]
    if blocks or sites:
        statements.append(
            _level(3, BLOCKS, FIRST_BLOCK, "'B' || n", _spread(FIRST_DISTRICT, DISTRICTS, BLOCKS))
        )
    if sites:
        statements.append(_level(4, SITES, FIRST_SITE, "'T' || n", _spread(FIRST_BLOCK, BLOCKS, SITES)))
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
            cursor.execute("ANALYZE districts_area")
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('districts_area', 'id'), MAX(id)) FROM districts_area"
        )


def _spread(first_id, parents, children):
    return f"{first_id} + n::bigint * {parents} / {children}"


def _level(level, number, first_id, code, parent):
    """Areas of one level, numbered on within their parent."""
    return (
        f"INSERT INTO districts_area (id, code, level, parent_id, path, name_en, name_hi, iso_code, updated_at) "
        f"SELECT {first_id} + x.n, {code}, {level}, x.parent, COALESCE(p.path, '') || "
        f"lpad((row_number() OVER (PARTITION BY x.parent ORDER BY n))::text, 5, '0'), {code}, '', '', now() "
        f"FROM (SELECT n, {parent} AS parent FROM generate_series(0, {number - 1}) n) x "
        f"LEFT JOIN districts_area p ON p.id = x.parent"
    )


def make_campaign(*, days, unit_level=2, slug="national"):
    """The campaign over ``days`` days from FIRST_DAY, with all areas of ``unit_level`` as units, and targets."""
    from campaigns.models import Campaign, Cohort, Item
    from campaigns.services import setup
    from districts.models import Area

    campaign = Campaign.objects.create(
        slug=slug,
        name_en="National",
        area=Area.objects.get(code="IN"),
        starts_on=FIRST_DAY,
        ends_on=FIRST_DAY + datetime.timedelta(days - 1),
    )
    for position, code in enumerate(("hcw-flw", "18-44", "45-plus")):
        Cohort.objects.create(campaign=campaign, code=code, name_en=code, position=position)
    for number in (1, 2):
        Item.objects.create(
            campaign=campaign,
            code=f"dose-{number}",
            name_en=f"Dose {number}",
            antigen="COVID-19",
            dose_number=number,
            minimum_interval_days=84 if number == 2 else None,
            position=number,
        )
    setup.build_sheet(campaign=campaign, by=None)
    units = list(Area.objects.filter(level=unit_level))
    setup.set_reporting_units(campaign=campaign, areas=units, by=None)
    if unit_level < 4:
        cohorts = list(campaign.cohorts.all())
        setup.set_targets(
            campaign=campaign,
            code="projection",
            name_en="Projection",
            source="Benchmark",
            year=2021,
            targets={(unit, cohort): 500_000 for unit in units for cohort in cohorts},
            by=None,
        )
    campaign.refresh_from_db()
    return campaign


def make_public_campaign(*, days):
    """The tree down to districts and a campaign over it that anybody may read."""
    from campaigns.models import Campaign

    make_areas()
    campaign = make_campaign(days=days)
    Campaign.objects.filter(pk=campaign.pk).update(is_public=True)
    campaign.refresh_from_db()
    return campaign


def add_folded_history(campaign, *, before, days):
    """Let a history of ``before`` days grow to ``days``, folded."""
    from django.db import connection

    from reports import fold

    make_history(campaign, days=days - before, until=before)
    fold.rebuild(campaign)
    with connection.cursor() as cursor:
        # As autovacuum would have, long before a day's history has come together.
        cursor.execute("VACUUM ANALYZE")


def cell_ids(campaign):
    return list(campaign.cells.filter(total__isnull=False).order_by("pk").values_list("pk", flat=True))


def make_history(campaign, *, days, until=0):
    """Every unit reports every day on the evening of the day: a journal, a submission and 6 entries each.

    ``until``: how many days of history there are already.
    """
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT GREATEST((SELECT MAX(id) FROM campaigns_journal), "
            "(SELECT MAX(id) FROM campaigns_submission), 0)"
        )
        base = cursor.fetchone()[0]
        report = (
            f"SELECT {base} + row_number() OVER (ORDER BY d, u.area_id) AS id, u.area_id, "
            f"DATE '{FIRST_DAY}' + d AS day, "
            f"(DATE '{FIRST_DAY}' + d + TIME '18:00') AT TIME ZONE 'Asia/Kolkata' + u.area_id * interval '1 ms' AS at "
            f"FROM generate_series({until}, {until + days - 1}) d "
            f"CROSS JOIN (SELECT area_id FROM campaigns_reportingunit WHERE campaign_id = {campaign.pk}) u"
        )
        cursor.execute(f"CREATE TEMP TABLE report AS {report}")
        cursor.execute(
            f"INSERT INTO campaigns_journal (id, campaign_id, source, recorded_at, file_name, idempotency_key, "
            f"request_digest) SELECT id, {campaign.pk}, 'api', at, '', '', '' FROM report ORDER BY id"
        )
        cursor.execute(
            f"INSERT INTO campaigns_submission (id, journal_id, campaign_id, unit_id, happened_on, version, "
            f"is_late, is_nil, reason) "
            f"SELECT id, id, {campaign.pk}, area_id, day, 1, false, false, '' FROM report ORDER BY id"
        )
        cursor.execute(
            f"INSERT INTO campaigns_tallyentry (submission_id, unit_id, cell_id, happened_on, change, recorded_at) "
            f"SELECT r.id, r.area_id, c.id, r.day, 20 + (r.id * 7919 + c.id * 104729) % 900, r.at "
            f"FROM report r CROSS JOIN campaigns_sheetcell c "
            f"WHERE c.campaign_id = {campaign.pk} AND c.total_id IS NOT NULL ORDER BY r.id, c.id"
        )
        for table in ("journal", "submission", "tallyentry"):
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('campaigns_{table}', 'id'), MAX(id)) FROM campaigns_{table}"
            )
        cursor.execute("DROP TABLE report")
        for table in ("journal", "submission", "tallyentry"):
            cursor.execute(f"ANALYZE campaigns_{table}")


def make_corrections(campaign, number, *, seed, since=FIRST_DAY):
    """Correct ``number`` reports of random units and days, each by a journal of its own, marked for the fold.

    ``since``: the earliest day that may be corrected. Returns how many rows of the progress tables that
    changes: day, month and to-date rows of every area above.
    """
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT setseed({seed % 1000 / 1000})")
        cursor.execute(
            f"CREATE TEMP TABLE correction AS SELECT row_number() OVER () AS n, * FROM ("
            f"SELECT unit_id, happened_on, MAX(version) + 1 AS version FROM campaigns_submission "
            f"WHERE campaign_id = {campaign.pk} AND happened_on >= '{since}' "
            f"GROUP BY 1, 2 ORDER BY random() LIMIT {int(number)}) x"
        )
        cursor.execute("SELECT MAX(id) FROM campaigns_journal")
        journal = cursor.fetchone()[0]
        cursor.execute("SELECT MAX(id) FROM campaigns_submission")
        submission = cursor.fetchone()[0]
        cursor.execute(
            f"INSERT INTO campaigns_journal (id, campaign_id, source, recorded_at, file_name, idempotency_key, "
            f"request_digest) SELECT {journal} + n, {campaign.pk}, 'api', now(), '', '', '' FROM correction"
        )
        cursor.execute(
            f"INSERT INTO campaigns_submission (id, journal_id, campaign_id, unit_id, happened_on, version, "
            f"is_late, is_nil, reason) SELECT {submission} + n, {journal} + n, {campaign.pk}, unit_id, "
            f"happened_on, version, true, false, 'counted again' FROM correction"
        )
        cursor.execute(
            f"INSERT INTO campaigns_tallyentry (submission_id, unit_id, cell_id, happened_on, change, recorded_at) "
            f"SELECT {submission} + c.n, c.unit_id, s.id, c.happened_on, 1 + (c.n % 40)::int, now() "
            f"FROM correction c JOIN (SELECT id, row_number() OVER (ORDER BY id) AS n FROM campaigns_sheetcell "
            f"WHERE campaign_id = {campaign.pk} AND total_id IS NOT NULL) s ON s.n = 1 + c.n % 6"
        )
        cursor.execute(
            f"INSERT INTO campaigns_foldmark (journal_id, campaign_id, recorded_at) "
            f"SELECT {journal} + n, {campaign.pk}, now() FROM correction"
        )
        for table in ("journal", "submission"):
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('campaigns_{table}', 'id'), MAX(id)) FROM campaigns_{table}"
            )
        cursor.execute(
            "SELECT COUNT(DISTINCT (a.id, c.n % 6, c.happened_on)) + COUNT(DISTINCT (a.id, c.n % 6)) "
            "+ COUNT(DISTINCT (a.id, c.n % 6, date_trunc('month', c.happened_on))) "
            "FROM correction c JOIN districts_area u ON u.id = c.unit_id "
            "JOIN districts_area a ON left(u.path, length(a.path)) = a.path"
        )
        rows = cursor.fetchone()[0]
        cursor.execute("DROP TABLE correction")
        return rows
