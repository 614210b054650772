"""Triggers that make a ledger append-only, for the ORM and for raw SQL alike."""

AUDIT = ["districts_auditevent"]

_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change_of_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: post a correction instead of %', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
"""


def install(connection, tables):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL_FUNCTION)
        for statement in _statements(connection.vendor, tables):
            cursor.execute(statement)


def remove(connection, tables):
    with connection.cursor() as cursor:
        for table in tables:
            for name in _names(connection.vendor, table):
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def _names(vendor, table):
    if vendor == "postgresql":
        return [f"{table}_append_only", f"{table}_no_truncate"]
    return [f"{table}_no_update", f"{table}_no_delete"]


def _statements(vendor, tables):
    for table in tables:
        first, second = _names(vendor, table)
        if vendor == "postgresql":
            yield (
                f"CREATE OR REPLACE TRIGGER {first} BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change_of_ledger()"
            )
            yield (
                f"CREATE OR REPLACE TRIGGER {second} BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_ledger()"
            )
        elif vendor == "sqlite":
            for name, act in ((first, "UPDATE"), (second, "DELETE")):
                yield (
                    f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {act} ON {table} BEGIN "
                    f"SELECT RAISE(ABORT, '{table} is append-only: post a correction instead of {act}'); END"
                )
        else:
            raise NotImplementedError(f"No append-only triggers for {vendor}.")
