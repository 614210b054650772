"""Finding cells that slipped one column to the left.

Three sums hold in every sound row and date of the district file: women, men and others make the first doses;
the vaccines make the doses; since April 2021 the individuals vaccinated equal the first doses. Where all of
them fail and all hold for the cells one place further left, the row is shifted. One sum that holds by chance
proves nothing, so at least two must, on figures that are not all zero.

What a shift leaves behind: its first figure lies on the last cell of the date before and has overwritten it
(that figure is one term of a sum, so it is known all the same), and its own last cell holds a figure that
belongs to no column.
"""

ORDER = [
    "individuals",
    "sessions",
    "sites",
    "first",
    "second",
    "male",
    "female",
    "other_sex",
    "covaxin",
    "covishield",
]


def sums_hold(figures, all_doses):
    """Whether the sums hold for ten figures in ORDER; None where one of them is blank."""
    if None in figures:
        return None
    individuals, _sessions, _sites, first, second, male, female, other, covaxin, covishield = figures
    return (
        male + female + other == first
        and covaxin + covishield == (first + second if all_doses else first)
        and (not all_doses or individuals == first)
    )


def no_sum_holds(figures, all_doses):
    individuals, _sessions, _sites, first, second, male, female, other, covaxin, covishield = figures
    return (
        male + female + other != first
        and covaxin + covishield != (first + second if all_doses else first)
        and (not all_doses or individuals != first)
    )


def shifted_left(last_of_day_before, figures, all_doses):
    """The ten figures as they should stand, when they stand one cell too far left; else None."""
    if last_of_day_before is None or None in figures or not no_sum_holds(figures, all_doses):
        return None
    moved = [last_of_day_before, *figures[:-1]]
    return moved if moved[3] and sums_hold(moved, all_doses) else None


def lost_last_figure(figures, all_doses):
    """The last figure of a date (Covishield), from the sum that it was part of; None when it cannot be."""
    if None in figures[:-1]:
        return None
    _individuals, _sessions, _sites, first, second, _male, _female, _other, covaxin, _lost = figures
    lost = (first + second if all_doses else first) - covaxin
    return lost if lost >= 0 else None
