"""What must hold after every random sequence: fold = rebuild = oracle, exactly, and every figure with them."""

from collections import Counter

from django.db import connection, transaction

from campaigns.models import FoldMark
from campaigns.selectors import tallies
from reports import fold
from tests.oracles import figures as figures_oracle
from tests.oracles import ledger as ledger_oracle
from tests.oracles import progress as progress_oracle
from tests.reports.comparing import check_figures
from tests.reports.sequences import Sequence, make_world

# In memory a sequence costs a few hundredths of a second, over a connection several times that.
CHUNKS, OF_A_CHUNK = (7, 486) if connection.vendor == "sqlite" else (2, 85)
KINDS = ("mixed", "rounds", "sites")


def check_chunk(kind, chunk):
    """Run a chunk's sequences over one world. Returns how many there were."""
    world = make_world(kind)
    done = Counter()
    for number in range(OF_A_CHUNK):
        seed = chunk * OF_A_CHUNK + number
        with transaction.atomic():
            try:
                sequence = check_sequence(world, seed)
            except Exception as error:
                raise AssertionError(f"seed {seed} of {kind}: {error!r}") from error
            transaction.set_rollback(True)
        done.update(sequence.done)
        done["sequences"] += 1
    # Nothing was left out by bad luck.
    assert all(done[name] > OF_A_CHUNK / 20 for name, _weight in Sequence.ACTIONS), done
    return done["sequences"]


def check_sequence(world, seed):
    sequence = Sequence(world, seed)
    sequence.run(length=sequence.random.randint(2, 9))
    # Some marks may still stand: what is folded must be right all the same.
    ledger = ledger_oracle.read(world.campaign, world.setup)
    assert progress_oracle.kept(world.campaign) == progress_oracle.tables(ledger)
    if seed % 12 == 0:
        _check_a_random_figure(world, sequence, ledger)

    fold.fold_marks(world.campaign.pk)
    assert not FoldMark.objects.exists()
    ledger.marked = set()
    folded = progress_oracle.kept(world.campaign)
    assert folded == progress_oracle.tables(ledger)
    _check_what_stands(world, sequence, ledger)
    if seed % 6 == 0:
        _check_a_random_figure(world, sequence, ledger)

    assert fold.rebuild(world.campaign) == 0, "the fold left rows that a rebuild had to mend"
    assert progress_oracle.kept(world.campaign) == folded
    return sequence


def _check_what_stands(world, sequence, ledger):
    """The ledger says of each unit and day what the driver last put there; any earlier instant too."""
    for (unit, day), counts in sequence.standing.items():
        assert ledger_oracle.standing(ledger, unit, day) == counts
    if sequence.standing:
        unit, day = sequence.random.choice(list(sequence.standing))
        area = next(area for area in world.units if area.pk == unit)
        assert tallies.standing(world.campaign, area, day) == sequence.standing[unit, day]
        assert tallies.current_version(world.campaign, area, day) == sequence.versions[unit, day]
        as_of = sequence.random.choice(sequence.instants)
        assert tallies.standing(world.campaign, area, day, as_of=as_of) == ledger_oracle.standing(
            ledger, unit, day, as_of
        )


def _check_a_random_figure(world, sequence, ledger):
    pick = sequence.random
    area = pick.choice(list(world.areas.values()))
    days = sorted({day for _unit, day in sequence.standing}) or [world.campaign.starts_on]
    check_figures(
        ledger,
        figures_oracle.Oracle,
        campaign=world.campaign,
        area=area,
        day=pick.choice(days) if pick.random() < 0.8 else sequence.now.date(),
        as_of=pick.choice(sequence.instants) if sequence.instants and pick.random() < 0.5 else None,
        cohort=pick.choice([None, *world.cohorts]),
        target_set=world.target_set,
    )
