"""Statements that run with every request, planned by PostgreSQL once per connection instead of every time.

Planning a join of four tables costs more than reading its one row. Inside a transaction, on SQLite, and behind a
pooler that hands each statement to another connection, the same statement runs plainly.
"""

import weakref

from django.db import DEFAULT_DB_ALIAS, Error, connections

_names = weakref.WeakKeyDictionary()  # the driver's connection → names that were prepared on it


class Prepared:
    """``Prepared("token", "SELECT … WHERE digest = %s").rows([digest])``"""

    may_prepare = True

    def __init__(self, name, sql):
        self.name, self.sql = f"abhiyan_{name}", sql
        places, numbered = sql.count("%s"), sql
        for number in range(1, places + 1):
            numbered = numbered.replace("%s", f"${number}", 1)
        self._prepare = f"PREPARE {self.name} AS {numbered}"
        self._execute = f"EXECUTE {self.name} ({', '.join(['%s'] * places)})"

    def rows(self, params):
        db = connections[DEFAULT_DB_ALIAS]
        # An error inside a transaction would end it, so there nothing is tried.
        if Prepared.may_prepare and db.vendor == "postgresql" and not db.in_atomic_block:
            # The statement itself tells whether the connection still lives: Django need not ask first.
            db.health_check_done = True
            try:
                return self._rows_of_prepared(db, params)
            except Error:
                self._after(db)
        with db.cursor() as cursor:
            cursor.execute(self.sql, params)
            return cursor.fetchall()

    def _rows_of_prepared(self, db, params):
        db.ensure_connection()
        # The driver's own cursor: Django's costs as much as the statement.
        with db.wrap_database_errors, db.connection.cursor() as cursor:
            known = _names.setdefault(db.connection, set())
            if self.name not in known:
                cursor.execute(self._prepare)
                known.add(self.name)
            cursor.execute(self._execute, params)
            return cursor.fetchall()

    def _after(self, db):
        """The connection died, or it lives and a pooler gave us one that knows nothing of the statement.

        Told plainly once more; what is wrong with the statement or the database itself shows there.
        """
        if db.connection is not None and db.is_usable():
            Prepared.may_prepare = False
        else:
            db.close()


def instance_of(model, names, values):
    """A row of these columns as an instance; what was not read is read when it is asked for."""
    by_name = dict(zip(names, values, strict=True))
    # Django takes the values in the order of the model's fields.
    ordered = [field.attname for field in model._meta.concrete_fields if field.attname in by_name]
    return model.from_db(DEFAULT_DB_ALIAS, ordered, [by_name[name] for name in ordered])
