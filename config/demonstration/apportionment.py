"""Sharing whole numbers out so that the shares add up exactly. Integers only: nothing drifts."""


def apportion(total, weights):
    """Share ``total`` in proportion to whole ``weights``, by largest remainders. The first of equals is served.

    Every share is its exact quota rounded down or up. A weight of 0 gets 0. Raises ValueError when there is
    something to share and nobody to take it.
    """
    whole = sum(weights)
    if not whole:
        if total:
            raise ValueError(f"{total} to share, and no weight above 0.")
        return [0] * len(weights)
    shares, remainders = [], []
    for weight in weights:
        share, remainder = divmod(total * weight, whole)
        shares.append(share)
        remainders.append(remainder)
    left = total - sum(shares)
    if left:
        # A stable sort: equal remainders are served in the order they came.
        for index in sorted(range(len(weights)), key=remainders.__getitem__, reverse=True)[:left]:
            shares[index] += 1
    return shares


def two_way(rows, columns):
    """A table of whole numbers ≥ 0 with exactly these sums of rows and of columns. Returns a list of rows.

    Each column is shared out over what the rows still lack. A share never exceeds that lack: its quota is at
    most a whole number, so rounding it up stays below.
    """
    if sum(rows) != sum(columns):
        raise ValueError(f"The rows sum to {sum(rows)}, the columns to {sum(columns)}.")
    lacking = list(rows)
    table = [[] for _ in rows]
    for column in columns:
        for index, share in enumerate(apportion(column, lacking) if column else [0] * len(rows)):
            lacking[index] -= share
            table[index].append(share)
    return table
