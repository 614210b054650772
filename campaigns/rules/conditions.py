"""Conditions of rules, made into functions once.

A condition is a number, the name of a fact, the name of a threshold with an @ before it, or a list of an operation
and its operands. What is not known (None) makes every comparison false.
"""

import operator

LARGEST_COUNT = 999_999_999


def compiled(expression, thresholds):
    """A function of the facts: what the expression comes to with them."""
    if isinstance(expression, str):
        if expression[0] == "@":
            number = thresholds[expression[1:]]
            return lambda _facts: number
        return operator.itemgetter(expression)
    if not isinstance(expression, list):
        return lambda _facts: expression
    operation, *operands = expression
    parts = [compiled(one, thresholds) for one in operands]
    if operation == "and":
        return lambda facts: all(part(facts) for part in parts)
    if operation == "or":
        return lambda facts: any(part(facts) for part in parts)
    apply = _OPERATIONS[operation]
    if len(parts) == 1:
        (only,) = parts
        return lambda facts: apply(only(facts))
    one, other = parts
    return lambda facts: apply(one(facts), other(facts))


def is_count(number):
    if isinstance(number, bool) or not isinstance(number, int | float):
        return False
    return number == int(number) and 0 <= number <= LARGEST_COUNT


def _known(compare):
    return lambda one, other: one is not None and other is not None and compare(one, other)


_OPERATIONS = {
    "not": operator.not_,
    "known": lambda one: one is not None,
    "is_count": is_count,
    ">": _known(operator.gt),
    ">=": _known(operator.ge),
    "<": _known(operator.lt),
    "<=": _known(operator.le),
    "=": _known(operator.eq),
    "!=": _known(operator.ne),
    "*": lambda one, other: None if one is None or other is None else one * other,
}
