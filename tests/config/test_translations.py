"""Translations are compiled without gettext, once, and again after a change."""

import gettext
import os

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.once

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'


@pytest.fixture
def po(tmp_path, settings):
    settings.LOCALE_PATHS = [tmp_path]
    file = tmp_path / "hi" / "LC_MESSAGES" / "django.po"
    file.parent.mkdir(parents=True)
    file.write_text(HEADER + 'msgid "Dose"\nmsgstr "खुराक"\n', encoding="utf-8")
    return file


def translate(po, text):
    with po.with_suffix(".mo").open("rb") as compiled:
        return gettext.GNUTranslations(compiled).gettext(text)


def test_a_translation_is_compiled_and_read_back(po, capsys):
    call_command("compile_translations")
    assert translate(po, "Dose") == "खुराक"
    assert "Compiled" in capsys.readouterr().out


def test_what_is_up_to_date_is_left_alone(po, capsys):
    call_command("compile_translations", verbosity=0)
    call_command("compile_translations")
    assert capsys.readouterr().out == ""


def test_a_changed_file_is_compiled_again(po):
    call_command("compile_translations", verbosity=0)
    po.write_text(HEADER + 'msgid "Dose"\nmsgstr "डोज़"\n', encoding="utf-8")
    later = po.with_suffix(".mo").stat().st_mtime + 5
    os.utime(po, (later, later))
    call_command("compile_translations", verbosity=0)
    assert translate(po, "Dose") == "डोज़"


def test_a_doubtful_translation_is_not_shown(po):
    po.write_text(HEADER + '#, fuzzy\nmsgid "Dose"\nmsgstr "दूसरा"\n', encoding="utf-8")
    call_command("compile_translations", verbosity=0)
    assert translate(po, "Dose") == "Dose"


def test_a_broken_file_is_named(po):
    po.write_text("garbage", encoding="utf-8")
    with pytest.raises(CommandError, match=r"django\.po"):
        call_command("compile_translations")
    assert list(po.parent.iterdir()) == [po]
