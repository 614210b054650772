"""Reading files of counts.

``tables`` turns a CSV or XLSX file into rows of text, ``formats`` recognises what kind of file it is, and one
reader per format yields ``(unit id, day, cell id, count that shall stand)`` while it notes whatever is wrong or
odd in ``findings``. Nothing here writes to the database: ``campaigns.services.imports`` hands the counts to the
ledger's bulk door. All readers stream: a million rows need no more memory than a thousand.
"""
