from django.core.management.base import BaseCommand

from districts import shipped


class Command(BaseCommand):
    help = "Load India, its states, districts and blocks from the shipped tables. Adds what is missing."

    def handle(self, **options):
        added = shipped.load()
        if not any(added.values()):
            self.stdout.write("Nothing to add: all areas, names and populations are there.")
            return
        for what, count in added.items():
            self.stdout.write(f"{what}: {count} added")
