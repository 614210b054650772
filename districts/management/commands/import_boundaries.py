from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from districts.boundaries import BoundariesRefused, import_boundaries


class Command(BaseCommand):
    help = "Draw areas from a GeoJSON or TopoJSON file, joined by the names of state and district."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--source", default="", help="where the map comes from (the file's name unless given)"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="tell what would be drawn and change nothing"
        )

    def handle(self, *, file, source, dry_run, **options):
        try:
            content = file.read_bytes()
            report = import_boundaries(content=content, source=source or file.name, by=None, dry_run=dry_run)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}.") from None
        except BoundariesRefused as error:
            raise CommandError(f"{file}: {error}") from None
        note = " (dry run, nothing was changed)" if dry_run else ""
        self.stdout.write(f"{file.name}: {report.shapes} shapes{note}")
        for level, count in report.drawn.items():
            self.stdout.write(f"  {level.label}: {count} areas drawn")
        self.stdout.write(f"  unchanged: {report.unchanged}, {report.bytes // 1000} kB of paths")
        for area, names in report.together:
            self.stdout.write(f"  {area} is made up of {', '.join(names)}")
        for shape in report.unmatched:
            hint = ", ".join(str(area) for area in shape.suggestions) or "nothing like it is known"
            self.stdout.write(f"  not joined: {shape.name} in {shape.state or 'no state'}. Near: {hint}")
        if report.without:
            names = ", ".join(str(area) for area in report.without)
            self.stdout.write(f"  without an outline ({len(report.without)}): {names}")
