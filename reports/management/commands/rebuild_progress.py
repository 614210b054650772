from django.core.management.base import BaseCommand, CommandError

from campaigns.models import Campaign
from reports import fold


class Command(BaseCommand):
    help = "Throw the progress tables of a campaign away and sum its ledger anew; or only compare (--check)."

    def add_arguments(self, parser):
        parser.add_argument("slug", nargs="*", help="campaigns; all when none is named")
        parser.add_argument(
            "--check", action="store_true", help="compare with a full recompute, change nothing"
        )

    def handle(self, *, slug, check, **options):
        campaigns = Campaign.objects.filter(slug__in=slug) if slug else Campaign.objects.all()
        unknown = set(slug) - {campaign.slug for campaign in campaigns}
        if unknown:
            raise CommandError(f"No such campaign: {', '.join(sorted(unknown))}")
        wrong = 0
        for campaign in campaigns:
            if not check:
                mended = fold.rebuild(campaign)
                self.stdout.write(f"{campaign.slug}: rebuilt, {mended} rows were wrong")
                continue
            result = fold.verify(campaign)
            wrong += result.differences
            self.stdout.write(f"{campaign.slug}: {result.rows} rows compared, {result.differences} differ")
            for row in result.sample:
                self.stdout.write(f"  {row}")
        if wrong:
            raise CommandError("The figures differ from the ledger. Run without --check to rebuild them.")
