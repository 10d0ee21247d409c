"""The kind of a desk never changes, and only a drill's clock can be set."""

from __future__ import annotations

from django.db import migrations, models

KIND_IS_FOR_EVER = """
CREATE FUNCTION network_desk_kind_is_for_ever() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.kind IS DISTINCT FROM OLD.kind OR NEW.id IS DISTINCT FROM OLD.id THEN
    RAISE EXCEPTION 'the kind of desk % can never change', OLD.slug USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER network_desk_kind_is_for_ever BEFORE UPDATE ON network_desk
  FOR EACH ROW EXECUTE FUNCTION network_desk_kind_is_for_ever();
"""
KIND_MAY_CHANGE = """
DROP TRIGGER network_desk_kind_is_for_ever ON network_desk;
DROP FUNCTION network_desk_kind_is_for_ever();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("network", "0002_walls"),
    ]
    operations = [
        migrations.RemoveConstraint(model_name="desk", name="live_desk_has_wall_clock"),
        migrations.AddConstraint(
            model_name="desk",
            constraint=models.CheckConstraint(
                condition=models.Q(kind="drill") | models.Q(clock_set_at=None, clock_shows=None, clock_rate=1.0),
                name="live_desk_has_wall_clock",
            ),
        ),
        migrations.AddConstraint(
            model_name="desk",
            constraint=models.CheckConstraint(
                condition=models.Q(clock_set_at=None, clock_shows=None)
                | models.Q(clock_set_at__isnull=False, clock_shows__isnull=False),
                name="clock_set_whole",
            ),
        ),
        migrations.RunSQL(sql=KIND_IS_FOR_EVER, reverse_sql=KIND_MAY_CHANGE),
    ]
