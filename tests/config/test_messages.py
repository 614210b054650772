"""Every message in the code and the templates has its Hindi, with the same placeholders."""

import re
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import ngettext

pytestmark = pytest.mark.once

HINDI = Path("locale/hi/LC_MESSAGES/django.po")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|%%")
LEFT_OUT = ("tests", "benchmarks", "docs", ".venv", "var", "staticfiles")


def key(entry):
    return entry.msgctxt, entry.msgid


@pytest.fixture(scope="module")
def asked_for(tmp_path_factory):
    """The messages that xgettext finds in a copy of the sources: the repository itself is not written to."""
    root = tmp_path_factory.mktemp("messages")
    for part in ("config", "districts", "inventory", "campaigns", "reports", "templates"):
        (root / part).symlink_to(settings.BASE_DIR / part)
    (root / "locale").mkdir()
    command = [
        sys.executable, settings.BASE_DIR / "manage.py", "makemessages", "-l", "hi", "--symlinks", "--keep-pot",
        "-v0", *[word for name in LEFT_OUT for word in ("-i", name)],
    ]  # fmt: skip
    subprocess.run(command, cwd=root, check=True, timeout=120)
    found = polib.pofile(str(root / "locale" / "hi" / "LC_MESSAGES" / "django.po"))
    assert len(found) > 500, "xgettext found next to nothing: is it looking in the right place?"
    return [entry for entry in found if not entry.obsolete]


@pytest.fixture(scope="module")
def hindi():
    return {key(entry): entry for entry in polib.pofile(str(settings.BASE_DIR / HINDI)) if not entry.obsolete}


def test_no_message_is_without_its_hindi(asked_for, hindi):
    missing = [
        entry.msgid
        for entry in asked_for
        if key(entry) not in hindi or not hindi[key(entry)].translated() or "fuzzy" in hindi[key(entry)].flags
    ]
    assert not missing, f"{len(missing)} messages have no Hindi, first: {missing[:10]}"


def test_the_hindi_keeps_every_placeholder(hindi):
    wrong = []
    for entry in hindi.values():
        texts = entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]
        expected = sorted(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
        # The singular may leave the number out, in both languages.
        allowed = [expected, sorted(PLACEHOLDER.findall(entry.msgid))]
        wrong += [(entry.msgid, text) for text in texts if sorted(PLACEHOLDER.findall(text)) not in allowed]
    assert not wrong, wrong[:5]


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 इकाई"), (1, "1 इकाई"), (2, "2 इकाइयाँ"), (100, "100 इकाइयाँ")]
)
def test_one_and_none_are_told_in_the_singular_and_more_in_the_plural(number, words):
    """A rule that is turned round turns every count of the site round."""
    with translation.override("hi"):
        assert ngettext("%(count)s unit", "%(count)s units", number) % {"count": number} == words


def test_hindi_is_written_in_devanagari(hindi):
    """A message left as it was in English would pass for translated."""
    same = [
        entry.msgid
        for entry in hindi.values()
        if entry.msgstr == entry.msgid and re.search(r"[a-z]{4}.* ", PLACEHOLDER.sub("", entry.msgid))
    ]
    assert not same, same[:10]
