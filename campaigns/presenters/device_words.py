"""The words of the pages that a device draws itself. ``{name}`` is filled in on the device."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    # -- states of a sheet
    "silent": _("not reported"),
    "draft": _("draft on this device"),
    "waiting": _("on this device"),
    "sent": _("sent"),
    "accepted": _("accepted"),
    "needs": _("needs you"),
    "late": _("late"),
    "returned": _("returned"),
    "verified": _("verified"),
    # -- the line at the top
    "online": _("Connected"),
    "offline": _("No network: everything you enter stays on this device and is sent later."),
    "waiting_number": _("Waiting to be sent: {number}."),
    "needs_number": _("Need you: {number}."),
    "all_sent": _("Everything is sent."),
    "sign_in_to_send": _("You are signed out. Sign in to send what waits on this device."),
    "sign_in": _("Sign in"),
    "sign_in_first": _("Sign in once with network, so that this device knows whose it is."),
    "others_wait": _(
        "Reports of other people wait on this device: {number}. Each is sent when its owner signs in here."
    ),
    "send_now": _("Send now"),
    # -- campaigns and units
    "my_campaigns": _("My campaigns on this device"),
    "no_campaigns": _(
        "Nothing is kept on this device yet. Open the entry page of a campaign once while there is network."
    ),
    "my_work": _("My work"),
    "no_kit": _("The units of this campaign are not on this device yet. Open this page once with network."),
    "day_not_here": _("This day is not on this device. Open it with network, or take one of these days:"),
    "loading": _("Fetching your units…"),
    "no_units": _("No reporting unit of this campaign lies in your area."),
    "left_out": _("Only the first {number} of your units fit on this device."),
    "kept_from": _("Figures as of {when}."),
    "units": _("Units"),
    "day": _("Day"),
    "not_working": _("not a working day"),
    "progress": _("{done} of {all} units done"),
    "search": _("Name or code"),
    "show": _("Show"),
    "show_all": _("All"),
    "show_open": _("Still to do"),
    "nothing_fits": _("No unit fits."),
    "full_page": _("Full page with history"),
    "back_to_units": _("All units"),
    "simulated": _("Simulated figures."),
    # -- one sheet
    "previous_unit": _("Previous unit"),
    "next_unit": _("Next unit"),
    "cell_of": _("{number} of {all} filled"),
    "total": _("Total"),
    "day_before": _("day before"),
    "median": _("median of 7 days"),
    "no_report": _("no report"),
    "keypad": _("Number keys"),
    "erase": _("Erase"),
    "next": _("Next"),
    "previous": _("Back"),
    "done": _("Done"),
    "send": _("Send the report"),
    "send_correction": _("Send the correction"),
    "nil": _("Nil report: nothing to count"),
    "nil_short": _("Nil report"),
    "filled": _("Counts filled in"),
    "nil_over_counts": _("Counts are typed here. Send a nil report all the same?"),
    "yes_nil": _("Yes, nil report"),
    "cancel": _("Cancel"),
    "why_corrected": _("Why is it corrected?"),
    "why_help": _("A few words, for everybody who reads the history."),
    "blank_is_zero": _("A field left empty counts 0."),
    "not_a_count": _("Write a whole number of at most nine digits."),
    "nothing_filled": _("Nothing is filled in. If there was nothing to count, send a nil report."),
    "reason_needed": _("This corrects a report: say why in a few words."),
    "nothing_changed": _("Nothing has changed: these counts stand already."),
    "unit_not_yet": _("This unit exists only since {day}."),
    "unit_ended": _("This unit ended on {day}."),
    "locked": _("This day is verified and locked. An officer can reopen it."),
    "is_returned": _("This day was returned to you. The comment stands on the full page."),
    "newer_version": _(
        "Somebody has reported this day since you began. Send yours, and both are set side by side."
    ),
    "saved_here": _("{unit}: the report is on this device."),
    "nil_here": _("{unit}: the nil report is on this device."),
    "undo": _("Undo"),
    "too_late": _("It has already left this device. Send a correction instead."),
    "waits": _("This report waits on this device since {when}. It is sent as soon as there is network."),
    "is_sent": _("Sent at {when}; the answer of the server has not come yet. Nothing can be counted twice."),
    "is_accepted": _("The server has accepted it: version {version}, {when}."),
    "stands": _("Reported, version {version}."),
    "change_it": _("Change it"),
    "refused": _("The server did not take this report:"),
    "kept_editable": _("Your counts are still here. Change what is wrong and send again."),
    "remove": _("Remove from this device"),
    "remove_sure": _("Remove your counts of this day from this device for good?"),
    "yes_remove": _("Yes, remove"),
    # -- questions of the rules
    "asks": _("Please look at these counts"),
    "asks_help": _("They may be right. Say why, or change them."),
    "asks_reason": _("Why is it right?"),
    "asks_needed": _("Say in a few words why these counts are right, or change them."),
    "hard": _("These counts cannot be sent:"),
    "declared": _("Declared total of the paper report"),
    "declared_help": _(
        "If the paper names a total, write it as it stands, even where the lines do not add to it."
    ),
    "not_kept": _("This browser keeps nothing on this device. Use the full page while there is network."),
    # -- two devices
    "conflict": _("Somebody else has reported this day meanwhile"),
    "conflict_help": _(
        "Choose for each count which one is right, or type a third. All of them stay in the history."
    ),
    "version_by": _("Version {version} by {who}, {when}"),
    "version_at": _("Version {version}, {when}; with network you see by whom"),
    "system": _("system"),
    "theirs": _("stands now"),
    "mine": _("yours"),
    "mine_when": _("Yours, on this device, {when}"),
    "third": _("another count"),
    "settle": _("Save my choice"),
    "settle_reason": _("Compared with the other report"),
    "choose_each": _("Choose or type a count for each line."),
    # -- whose device
    "sign_out_waiting": _(
        "Not sent yet: {number}. They stay on this device and are sent when you sign in here again."
    ),
    "yes_sign_out": _("Yes, sign out"),
}


def device_words():
    """The words in the language of the moment."""
    return {name: str(words) for name, words in WORDS.items()}
