"""PostgreSQL itself refuses to change a published version, a recorded choice, or a walk that has ended."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION playbooks_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'playbooks: % is a record, % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'check_violation';
END $$
"""

CHOICE_FITS = """
CREATE FUNCTION playbooks_choice_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    walk playbooks_run%ROWTYPE;
BEGIN
    -- The lock makes a rival who ends the walk wait, and us see what an earlier one did.
    SELECT * INTO walk FROM playbooks_run WHERE id = NEW.run_id FOR UPDATE;
    IF walk.ended_at IS NOT NULL THEN
        RAISE EXCEPTION 'playbooks: run % has ended', NEW.run_id USING ERRCODE = 'check_violation';
    END IF;
    IF walk.step <> NEW.step OR walk.desk_id <> NEW.desk_id THEN
        RAISE EXCEPTION 'playbooks: run % stands at another step or desk', NEW.run_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""

RUN_ENDED = """
CREATE FUNCTION playbooks_run_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ended_at IS NOT NULL THEN
        RAISE EXCEPTION 'playbooks: run % has ended and does not change', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.id, NEW.desk_id, NEW.desk_kind, NEW.subject_kind, NEW.subject_id, NEW.started_at)
        IS DISTINCT FROM (OLD.id, OLD.desk_id, OLD.desk_kind, OLD.subject_kind, OLD.subject_id, OLD.started_at) THEN
        RAISE EXCEPTION 'playbooks: run % stays with its subject', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("playbooks", "0002_walls")]
    operations = [
        migrations.RunSQL(
            sql=[
                REFUSE,
                CHOICE_FITS,
                RUN_ENDED,
                *(
                    f"CREATE TRIGGER {table}_never_changed BEFORE UPDATE OR DELETE ON {table}"
                    " FOR EACH ROW EXECUTE FUNCTION playbooks_refuse()"
                    for table in ("playbooks_playbookversion", "playbooks_choice")
                ),
                (
                    "CREATE TRIGGER playbooks_choice_fits BEFORE INSERT ON playbooks_choice"
                    " FOR EACH ROW EXECUTE FUNCTION playbooks_choice_fits()"
                ),
                (
                    "CREATE TRIGGER playbooks_run_kept BEFORE UPDATE ON playbooks_run"
                    " FOR EACH ROW EXECUTE FUNCTION playbooks_run_kept()"
                ),
                (
                    "CREATE TRIGGER playbooks_run_never_deleted BEFORE DELETE ON playbooks_run"
                    " FOR EACH ROW EXECUTE FUNCTION playbooks_refuse()"
                ),
            ],
            reverse_sql=[
                "DROP TRIGGER playbooks_run_never_deleted ON playbooks_run",
                "DROP TRIGGER playbooks_run_kept ON playbooks_run",
                "DROP TRIGGER playbooks_choice_fits ON playbooks_choice",
                "DROP TRIGGER playbooks_choice_never_changed ON playbooks_choice",
                "DROP TRIGGER playbooks_playbookversion_never_changed ON playbooks_playbookversion",
                "DROP FUNCTION playbooks_run_kept()",
                "DROP FUNCTION playbooks_choice_fits()",
                "DROP FUNCTION playbooks_refuse()",
            ],
        )
    ]
