"""What the services of this app refuse, with a sentence for the person who asked."""


class AppointmentRefused(Exception):
    """A posting that cannot be given or ended as asked."""
