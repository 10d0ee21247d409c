"""PostgreSQL itself refuses to change or remove what was logged; only the sequencer's one mark may be added."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit: % is append-only, % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$
"""

# Compared column by column: through jsonb the same check cost twice the time of a batch of 1,000 rows.
PLACE_LOG_ENTRY = """
CREATE FUNCTION audit_place_logentry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.position IS NULL AND OLD.previous_hash IS NULL AND OLD.hash IS NULL
        AND NEW.position > 0 AND length(NEW.previous_hash) = 64 AND length(NEW.hash) = 64
        AND ROW(NEW.id, NEW.at, NEW.actor_kind, NEW.actor_id, NEW.verb, NEW.object_kind, NEW.object_id, NEW.desk_id,
                NEW.data)
            IS NOT DISTINCT FROM
            ROW(OLD.id, OLD.at, OLD.actor_kind, OLD.actor_id, OLD.verb, OLD.object_kind, OLD.object_id, OLD.desk_id,
                OLD.data)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'audit: entry % may only be given its place in the chain, once', OLD.id
        USING ERRCODE = 'restrict_violation';
END $$
"""

PLACE_EVENT = """
CREATE FUNCTION audit_place_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.position IS NULL AND NEW.position > 0
        AND ROW(NEW.id, NEW.at, NEW.kind, NEW.desk_id, NEW.desk_kind, NEW.object_id, NEW.data)
            IS NOT DISTINCT FROM
            ROW(OLD.id, OLD.at, OLD.kind, OLD.desk_id, OLD.desk_kind, OLD.object_id, OLD.data)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'audit: event % may only be given its position, once', OLD.id
        USING ERRCODE = 'restrict_violation';
END $$
"""

# A new row waits for its place like every other; one that brings a place along was not made by the services.
ARRIVE = """
CREATE FUNCTION audit_arrive() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit: a new row of % cannot bring its position along', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$
"""


def _guard(table: str) -> list[str]:
    name = table.removeprefix("audit_")
    return [
        (
            f"CREATE TRIGGER {table}_arrives BEFORE INSERT ON {table} FOR EACH ROW"
            " WHEN (NEW.position IS NOT NULL) EXECUTE FUNCTION audit_arrive()"
        ),
        (
            f"CREATE TRIGGER {table}_placed_once BEFORE UPDATE ON {table} FOR EACH ROW"
            f" EXECUTE FUNCTION audit_place_{name}()"
        ),
        f"CREATE TRIGGER {table}_never_deleted BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
        (
            f"CREATE TRIGGER {table}_never_truncated BEFORE TRUNCATE ON {table} FOR EACH STATEMENT"
            " EXECUTE FUNCTION audit_refuse()"
        ),
    ]


def _unguard(table: str) -> list[str]:
    return [
        f"DROP TRIGGER {table}_{name} ON {table}"
        for name in ("arrives", "placed_once", "never_deleted", "never_truncated")
    ]


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        migrations.RunSQL(
            sql=[
                REFUSE,
                ARRIVE,
                PLACE_LOG_ENTRY,
                PLACE_EVENT,
                *_guard("audit_logentry"),
                *_guard("audit_event"),
            ],
            reverse_sql=[
                *_unguard("audit_logentry"),
                *_unguard("audit_event"),
                "DROP FUNCTION audit_place_event()",
                "DROP FUNCTION audit_place_logentry()",
                "DROP FUNCTION audit_arrive()",
                "DROP FUNCTION audit_refuse()",
            ],
        )
    ]
