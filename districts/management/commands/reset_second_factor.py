from django.core.management.base import BaseCommand, CommandError

from districts.models import User
from districts.services import second_factor


class Command(BaseCommand):
    help = "Remove the second factor of an account whose phone and recovery codes are lost, and end its sessions."

    def add_arguments(self, parser):
        parser.add_argument("username")

    def handle(self, *, username, **options):
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no user {username!r}.")
        if second_factor.device_of(user) is None:
            raise CommandError(f"{username} has no second factor.")
        second_factor.remove(by=None, user=user)
        self.stdout.write(f"The second factor of {username} is removed. The next sign-in asks for a new one.")
