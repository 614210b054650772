"""Turn locale/*/LC_MESSAGES/*.po into the .mo files that Django reads, without the gettext programs."""

import os
from pathlib import Path

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


def is_stale(po, mo):
    return not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime


def compile_file(po, mo):
    # Beside the target and moved over it: a server that reads just now sees the old file or the new one.
    part = mo.with_name(f"{mo.name}.{os.getpid()}")
    try:
        polib.pofile(str(po)).save_as_mofile(str(part))
        part.replace(mo)
    finally:
        part.unlink(missing_ok=True)


class Command(BaseCommand):
    help = "Compile translations that are newer than their compiled form."
    requires_system_checks = ()

    def handle(self, **options):
        for folder in settings.LOCALE_PATHS:
            for po in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
                mo = po.with_suffix(".mo")
                if not is_stale(po, mo):
                    continue
                try:
                    compile_file(po, mo)
                except (OSError, UnicodeDecodeError) as error:
                    raise CommandError(f"{po}: {error}") from error
                if options["verbosity"]:
                    self.stdout.write(f"Compiled {po}")
