"""In which state of a day which act is possible. Who may act is another question: ``districts.access`` knows."""

from campaigns.models import ReviewAction, ReviewState

SUBMITTED, VERIFIED, RETURNED = ReviewState.SUBMITTED, ReviewState.VERIFIED, ReviewState.RETURNED

# The states from which an act leads, and the one to which it leads. Where a day is there already, the act
# changes nothing; from any other state it is refused.
FROM = {
    ReviewAction.VERIFY: {SUBMITTED},
    ReviewAction.RETURN: {SUBMITTED},
    ReviewAction.REOPEN: {VERIFIED, RETURNED},
    ReviewAction.RESUBMIT: {RETURNED},
}
TO = {
    ReviewAction.VERIFY: VERIFIED,
    ReviewAction.RETURN: RETURNED,
    ReviewAction.REOPEN: SUBMITTED,
    ReviewAction.RESUBMIT: SUBMITTED,
}

# What needs words: a return tells the clerk what to look at, and a vouched-for day is not taken back silently.
NEEDS_COMMENT = {ReviewAction.RETURN, ReviewAction.REOPEN}


def is_possible(action, state):
    return state in FROM[action]


def changes_nothing(action, state):
    return state == TO[action]


def actions_in(state):
    """What a reviewer can do with a day in this state. To submit again is the clerk's."""
    return [
        action for action in ReviewAction if action != ReviewAction.RESUBMIT and is_possible(action, state)
    ]
