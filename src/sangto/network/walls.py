"""Composite foreign keys that make PostgreSQL refuse to mix live and drill rows.

Used in a migration of each room that owns such rows:
`operations = [kind_wall("rumours_rumour"), kind_link("rumours_sighting", "tip_id", "intake_tip")]`.
"""

from __future__ import annotations

from django.db.migrations import RunSQL


def kind_wall(table: str, desk_column: str = "desk_id") -> RunSQL:
    """The row's kind is its desk's kind; the pair (id, desk_kind) can be pointed at."""
    return RunSQL(
        sql=[
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_id_kind" UNIQUE (id, desk_kind)',
            (
                f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_desk_kind" FOREIGN KEY ({desk_column}, desk_kind)'
                " REFERENCES network_desk (id, kind)"
            ),
        ],
        reverse_sql=[
            f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_desk_kind"',
            f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_id_kind"',
        ],
    )


def kind_link(table: str, column: str, target: str) -> RunSQL:
    """`column` may only point at a row of `target` that is of the same kind."""
    name = f"{table}_{column}_kind"
    return RunSQL(
        sql=f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" FOREIGN KEY ({column}, desk_kind)'
        f' REFERENCES "{target}" (id, desk_kind)'
        " ON DELETE NO ACTION DEFERRABLE INITIALLY IMMEDIATE",
        reverse_sql=f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"',
    )
