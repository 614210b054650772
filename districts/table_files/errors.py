"""What stops a whole file, each with a message that says what would be right."""


class FileRefused(Exception):
    """The file cannot be read as a table; nothing of it is loaded."""
