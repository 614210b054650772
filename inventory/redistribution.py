"""A plan of transfers that saves doses from expiry at the least cost: a linear programme over the stores.

Doses at risk leave the stores that cannot use them in time and go where the recent use, beyond what that
store's own stock will cover, can take them before they expire. A dose saved outweighs any way; among the ways
the cheapest is taken: within the district's state before across states. Solved with SciPy's HiGHS.

The ways run through hubs (store → its state → nation → other state → store), one set for each batch, so that
the programme grows with stores × batches and not with the square of the stores.

Only whole vials travel: every amount of the programme is a number of vials, and what is at risk or needed is rounded
down to them.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy
from scipy.optimize import linprog
from scipy.sparse import coo_matrix

WITHIN_STATE, ACROSS_STATES = 1.0, 10.0
SAVED_DOSE = 100.0  # worth more than any way costs


@dataclass(frozen=True, slots=True)
class AtRisk:
    """Doses of a batch that a store will not use in time; ``last_day`` counts days from today to the expiry."""

    store: int
    state: int
    batch: int
    vaccine: int
    last_day: int
    doses: int


@dataclass(frozen=True, slots=True)
class Need:
    """Doses of a vaccine that a store could use by each of some days, beyond its own stock.

    ``by_day``: [(days from today, doses usable by then in all)], growing. ``space``: free cold-chain capacity
    in doses, shared by all vaccines of the store; None when unknown.
    """

    store: int
    state: int
    vaccine: int
    by_day: tuple
    space: int | None = None


@dataclass(frozen=True, slots=True)
class Transfer:
    from_store: int
    to_store: int
    batch: int
    doses: int
    across_states: bool


def plan(at_risk, needs, vials=None):
    """Transfers of whole vials that save the most doses at the least cost, most doses first.

    ``vials``: {vaccine: doses in a vial}; one that is not named has a dose a vial. [] when nothing can be saved.
    """
    programme, vials = _Programme(), vials or {}
    batches = defaultdict(list)
    for risk in at_risk:
        if risk.doses > 0 and risk.last_day > 0:
            batches[risk.batch].append(risk)
    takers = defaultdict(list)
    for need in needs:
        if need.by_day and need.by_day[-1][1] > 0:
            takers[need.vaccine].append(need)
    inflows = defaultdict(list)  # (store, vaccine) → [(last day of the batch, variable)]
    sizes = {batch: vials.get(risks[0].vaccine, 1) for batch, risks in batches.items()}
    for batch, risks in batches.items():
        _add_batch(programme, risks, takers[risks[0].vaccine], inflows, sizes[batch])
    _bound_inflows(programme, needs, inflows, vials)
    if not programme.costs:
        return []
    return _transfers(programme, programme.solve(), sizes)


class _Programme:
    """Variables (vials) with a cost and an upper bound; rows that must be 0 (balances) or at most a bound."""

    def __init__(self):
        self.costs, self.most, self.tags = [], [], []
        self.balance, self.balances = [], 0
        self.bounded, self.bounds = [], []

    def variable(self, cost, most, tag):
        self.costs.append(cost)
        self.most.append(most)
        self.tags.append(tag)
        return len(self.costs) - 1

    def balance_row(self, into, out):
        self.balance += [(self.balances, one, 1.0) for one in into]
        self.balance += [(self.balances, one, -1.0) for one in out]
        self.balances += 1

    def bound_row(self, variables, most):
        self.weighted_row([(one, 1) for one in variables], most)

    def weighted_row(self, variables, most):
        """``variables``: [(variable, its weight in the sum)]."""
        self.bounded += [(len(self.bounds), one, float(weight)) for one, weight in variables]
        self.bounds.append(float(most))

    def solve(self):
        def matrix(entries, rows):
            if not rows:
                return None
            at, column, value = zip(*entries, strict=True)
            return coo_matrix((value, (at, column)), shape=(rows, len(self.costs))).tocsr()

        solution = linprog(
            self.costs,
            A_ub=matrix(self.bounded, len(self.bounds)),
            b_ub=self.bounds or None,
            A_eq=matrix(self.balance, self.balances),
            b_eq=numpy.zeros(self.balances) if self.balances else None,
            bounds=[(0, most) for most in self.most],
            # The dual simplex ends at a vertex, and a network's vertices are whole numbers.
            method="highs-ds",
        )
        if solution.status != 0:
            raise RuntimeError(f"The redistribution was not solved: {solution.message}")
        return solution.x


def _add_batch(programme, risks, takers, inflows, size):
    """The ways of one batch: out of its holders, through the hubs, into the stores that can use it.

    ``size``: the doses in a vial, by which its costs grow: what is saved is doses.
    """
    batch, last_day = risks[0].batch, risks[0].last_day
    vials = sum(risk.doses // size for risk in risks)
    if not vials:
        return
    out_of, into_of = defaultdict(list), defaultdict(list)
    holders = {risk.store for risk in risks}
    for risk in risks:
        way = ("out", batch, risk.store, risk.state)
        out_of[risk.state].append(programme.variable(0.0, risk.doses // size, way))
    for need in takers:
        # A store that has too much of it is no taker of the same batch.
        usable = max((most for day, most in need.by_day if day <= last_day), default=0) // size
        if usable <= 0 or need.store in holders:
            continue
        variable = programme.variable(
            -SAVED_DOSE * size, min(usable, vials), ("into", batch, need.store, need.state)
        )
        into_of[need.state].append(variable)
        inflows[need.store, need.vaccine].append((last_day, variable))
    up, down = [], []
    for state in sorted(out_of.keys() | into_of.keys()):
        local = programme.variable(WITHIN_STATE * size, vials, None)
        rises = programme.variable(ACROSS_STATES * size, vials, None)
        sinks = programme.variable(0.0, vials, None)
        up.append(rises)
        down.append(sinks)
        programme.balance_row(out_of[state], [local, rises])
        programme.balance_row([local, sinks], into_of[state])
    programme.balance_row(up, down)


def _bound_inflows(programme, needs, inflows, vials):
    space, arriving = {}, defaultdict(list)
    for need in needs:
        arrivals, size = inflows.get((need.store, need.vaccine), []), vials.get(need.vaccine, 1)
        for day, most in need.by_day:
            if soon := [variable for last_day, variable in arrivals if last_day <= day]:
                programme.bound_row(soon, most // size)
        # Batches that last longer than any day asked about are still bounded by the largest need.
        if arrivals and need.by_day:
            programme.bound_row([variable for _day, variable in arrivals], need.by_day[-1][1] // size)
        arriving[need.store] += [(variable, size) for _day, variable in arrivals]
        if need.space is not None:
            space[need.store] = need.space
    for store, most in space.items():
        if arriving[store]:
            programme.weighted_row(arriving[store], most)


def _transfers(programme, amounts, sizes):
    """Pair what leaves with what arrives of each batch: within the state first, then across."""
    leaving, arriving = defaultdict(list), defaultdict(list)
    for tag, amount in zip(programme.tags, amounts, strict=True):
        # Where capacities tie several vaccines together a share may be broken: round down, never invent a vial.
        vials = int(amount + 1e-6)
        if tag and vials:
            way, batch, store, state = tag
            (leaving if way == "out" else arriving)[batch].append([store, state, vials * sizes[batch]])
    transfers = []
    for batch, sources in leaving.items():
        for across in (False, True):
            for source in sources:
                for target in arriving[batch]:
                    if (source[1] != target[1]) is across and (doses := min(source[2], target[2])):
                        transfers.append(Transfer(source[0], target[0], batch, doses, across))
                        source[2] -= doses
                        target[2] -= doses
    return sorted(transfers, key=lambda one: (-one.doses, one.from_store, one.to_store, one.batch))
