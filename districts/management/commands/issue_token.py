from django.core.management.base import BaseCommand, CommandError

from districts.access import visible_to
from districts.models import TokenScope, User
from districts.services.tokens import make_token

LONGEST_DAYS = 3653  # ten years


class Command(BaseCommand):
    help = "Make a token for an API client. It may what its user's postings allow. Its key is shown once."

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("name", help="what the token is for, e.g. 'state portal'")
        parser.add_argument(
            "--days", type=int, default=365, help="until it expires; 0: never (default: %(default)s)"
        )

        parser.add_argument("--read-only", action="store_true", help="it may read and not write")
        parser.add_argument("--area", help="code of the only area that it reaches")

    def handle(self, *, username, name, days, read_only=False, area=None, **options):
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no user {username!r}.")
        if not user.is_active:
            raise CommandError(f"{username} may not sign in, so a token would open nothing.")
        if not 0 <= days <= LONGEST_DAYS:
            raise CommandError(f"--days: write 0 (for good) to {LONGEST_DAYS}.")
        if len(name) > 80:
            raise CommandError("The name of a token has at most 80 characters.")
        within = visible_to(user).filter(code=area).first() if area else None
        if area and within is None:
            raise CommandError(f"{username} has no area {area!r}.")
        scope = TokenScope.READ if read_only else TokenScope.WRITE
        token, key = make_token(by=None, user=user, name=name, days=days, scope=scope, area=within)
        self.stdout.write(key)
        until = f"until {token.expires_at:%d %b %Y}" if token.expires_at else "for good"
        self.stderr.write(f"Valid {until}. Keep it: it is shown only now. Authorization: Token {key[:8]}…")
