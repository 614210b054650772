from tests.reports.drive import drive

__all__ = ["drive"]
