"""PostgreSQL refuses to mix live and drill rows, and a charter or a calendar link of a drill."""

from __future__ import annotations

from django.db import migrations

from sangto.network.walls import kind_link, kind_wall

# A charter is a promise to real people, and a calendar link leads out of the house: a drill has neither.
_LIVE_DESK_ONLY = """
CREATE FUNCTION network_live_desk_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.desk_id IS NOT NULL AND (SELECT kind FROM network_desk WHERE id = NEW.desk_id) <> 'live' THEN
    RAISE EXCEPTION '% is for live desks only', TG_TABLE_NAME USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER network_charter_is_live BEFORE INSERT OR UPDATE ON network_charter
  FOR EACH ROW EXECUTE FUNCTION network_live_desk_only();
CREATE TRIGGER network_calendarlink_is_live BEFORE INSERT OR UPDATE ON network_calendarlink
  FOR EACH ROW EXECUTE FUNCTION network_live_desk_only();
"""
_ANY_DESK = """
DROP TRIGGER network_calendarlink_is_live ON network_calendarlink;
DROP TRIGGER network_charter_is_live ON network_charter;
DROP FUNCTION network_live_desk_only();
"""
# What somebody agreed to stays as they read it.
_CHARTER_STAYS = """
CREATE FUNCTION network_charter_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a version of a charter never changes; write the next one' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER network_charter_stays BEFORE UPDATE OF desk_id, version, text_vi, text_en ON network_charter
  FOR EACH ROW EXECUTE FUNCTION network_charter_stays();
"""
_CHARTER_MAY_CHANGE = """
DROP TRIGGER network_charter_stays ON network_charter;
DROP FUNCTION network_charter_stays();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("network", "0004_people"),
    ]
    operations = [
        kind_wall("network_invitation"),
        kind_wall("network_skilltag"),
        kind_wall("network_skill"),
        kind_wall("network_shift"),
        kind_wall("network_swap"),
        kind_wall("network_collaborator"),
        kind_wall("network_agreement"),
        kind_link("network_skill", "tag_id", "network_skilltag"),
        kind_link("network_swap", "shift_id", "network_shift"),
        kind_link("network_agreement", "collaborator_id", "network_collaborator"),
        migrations.RunSQL(sql=_LIVE_DESK_ONLY, reverse_sql=_ANY_DESK),
        migrations.RunSQL(sql=_CHARTER_STAYS, reverse_sql=_CHARTER_MAY_CHANGE),
    ]
