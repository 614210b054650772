"""The one tree of areas, on which targets, tallies, stock, roles and progress all hang."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

SEGMENT = 5  # digits of one step in Area.path
DEEPEST = 5  # nation, state, district, block, site


class Level(models.IntegerChoices):
    NATION = 0, _("Nation")
    STATE = 1, _("State")
    DISTRICT = 2, _("District")
    BLOCK = 3, _("Block")
    SITE = 4, _("Site")


def local_name(named):
    """The Hindi name of anything that carries name_en and name_hi, when Hindi is on and one is known."""
    return in_language(named.name_en, named.name_hi)


def in_language(english, hindi):
    """The text in the language of the page, English where it is not known in Hindi."""
    if (get_language() or "").startswith("hi") and hindi:
        return hindi
    return english


class AreaQuerySet(models.QuerySet):
    def under(self, area):
        """The area itself and everything below it: one range of the index on ``path``."""
        return self.filter(path__gte=area.path, path__lte=area.path_end)

    def ancestors_of(self, area, *, include_self=False):
        """From the nation down to the parent (or to the area itself)."""
        steps = range(SEGMENT, len(area.path) + (1 if include_self else 0), SEGMENT)
        return self.filter(path__in=[area.path[:n] for n in steps]).order_by("path")

    def current_on(self, day):
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day),
            Q(valid_until__isnull=True) | Q(valid_until__gt=day),
        )


class Area(models.Model):
    """A nation, state, district, block or session site.

    ``path`` is the road from the nation: five digits a step, siblings numbered as they came. Digits sort
    the same under every collation, so that "all below" is ``BETWEEN path AND path_end`` on SQLite and
    PostgreSQL alike. Areas are never deleted: one that ends gets ``valid_until`` (exclusive).
    """

    code = models.CharField(_("code"), max_length=32, unique=True)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=SEGMENT * DEEPEST, unique=True, editable=False)
    name_en = models.CharField(_("name in English"), max_length=200)
    name_hi = models.CharField(_("name in Hindi"), max_length=200, blank=True)
    lgd_code = models.PositiveIntegerField(_("LGD code"), null=True, blank=True)
    iso_code = models.CharField(_("ISO 3166-2 code"), max_length=8, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    updated_at = models.DateTimeField(
        auto_now=True, db_index=True, help_text=_("of the area, its aliases, populations or boundary")
    )

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering = ["path"]
        indexes = [
            models.Index(fields=["parent", "name_en"]),
            # Few areas begin or end; a page that asks which did not exist on its day must not read all of them.
            models.Index(fields=["valid_from"], condition=Q(valid_from__isnull=False), name="area_begins"),
            models.Index(fields=["valid_until"], condition=Q(valid_until__isnull=False), name="area_ends"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["level", "lgd_code"], condition=Q(lgd_code__isnull=False), name="area_lgd_code_unique"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_until__gt=F("valid_from")),
                name="area_validity_in_order",
            ),
        ]

    def __str__(self):
        return f"{self.name} ({self.code})"

    @property
    def name(self):
        return local_name(self)

    @property
    def path_end(self):
        """The last path that can lie below this area."""
        return self.path.ljust(SEGMENT * DEEPEST, "9")

    def contains(self, other):
        return other.path.startswith(self.path)


class AreaAlias(models.Model):
    """Another name or code under which the world knows an area: ``cowin``, ``name``, ``lgd``, …

    ``within`` narrows a name to its state, since Aurangabad lies in Bihar and in Maharashtra.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="aliases")
    scheme = models.CharField(max_length=24)
    value = models.CharField(max_length=200, help_text=_("folded to lower case, single spaces"))
    within = models.ForeignKey(Area, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("alias")
        constraints = [models.UniqueConstraint(fields=["scheme", "value", "within"], name="alias_unique")]

    def __str__(self):
        return f"{self.scheme}:{self.value}"


class Population(models.Model):
    """People in an area by one source for one year; sources disagree, so each keeps its name."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="populations")
    source = models.CharField(_("source"), max_length=80)
    year = models.PositiveSmallIntegerField(_("year"))
    group = models.CharField(_("group"), max_length=40, default="total")
    persons = models.PositiveBigIntegerField(_("persons"))

    class Meta:
        verbose_name = _("population")
        constraints = [
            models.UniqueConstraint(fields=["area", "source", "year", "group"], name="population_unique")
        ]

    def __str__(self):
        return f"{self.area_id} {self.source} {self.year}: {self.persons}"


class AreaBoundary(models.Model):
    """The outline of an area as uploaded, already projected and simplified to an SVG path.

    Coordinates are in one frame for all areas: x = longitude, y = −latitude, times 100, whole numbers.
    """

    area = models.OneToOneField(Area, models.PROTECT, related_name="boundary")
    svg_path = models.TextField()
    min_x = models.IntegerField()
    min_y = models.IntegerField()
    max_x = models.IntegerField()
    max_y = models.IntegerField()
    source = models.CharField(_("source"), max_length=200)
    uploaded_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("boundary")
        verbose_name_plural = _("boundaries")
