"""The new tables keep live and drill apart as well; reach is counted from the tips that are there."""

from django.db import migrations

from sangto.network.walls import kind_link, kind_wall

COUNT_REACH = """
UPDATE rumours_rumour SET
    tip_count = counted.tips, doors = counted.doors, last_tip_at = counted.last_at
FROM (
    SELECT s.rumour_id, count(*) AS tips, max(s.at) AS last_at,
        jsonb_agg(DISTINCT d.kind ORDER BY d.kind) AS doors
    FROM rumours_sighting s JOIN intake_tip t ON t.id = s.tip_id JOIN intake_door d ON d.id = t.door_id
    GROUP BY s.rumour_id
) counted
WHERE counted.rumour_id = rumours_rumour.id
"""
# What was opened before there were clocks keeps its due moment; its clock began when it was opened.
START_CLOCKS = "UPDATE rumours_rumour SET clock_started_at = opened_at WHERE clock_started_at IS NULL"

TABLES = (
    "rumours_clockevent",
    "rumours_clockpause",
    "rumours_draft",
    "rumours_enquiry",
    "rumours_expertrequest",
    "rumours_mention",
    "rumours_note",
    "rumours_presence",
    "rumours_rumourlink",
    "rumours_savedview",
    "rumours_watch",
)


class Migration(migrations.Migration):
    dependencies = [("rumours", "0003_work"), ("intake", "0002_walls")]
    operations = [
        *(kind_wall(table) for table in TABLES),
        kind_link("rumours_clockevent", "rumour_id", "rumours_rumour"),
        kind_link("rumours_clockpause", "rumour_id", "rumours_rumour"),
        kind_link("rumours_draft", "rumour_id", "rumours_rumour"),
        kind_link("rumours_enquiry", "rumour_id", "rumours_rumour"),
        kind_link("rumours_expertrequest", "rumour_id", "rumours_rumour"),
        kind_link("rumours_expertrequest", "guest_id", "network_guest"),
        kind_link("rumours_expertrequest", "task_id", "rumours_task"),
        kind_link("rumours_mention", "note_id", "rumours_note"),
        kind_link("rumours_note", "rumour_id", "rumours_rumour"),
        kind_link("rumours_presence", "rumour_id", "rumours_rumour"),
        kind_link("rumours_rumourlink", "first_id", "rumours_rumour"),
        kind_link("rumours_rumourlink", "second_id", "rumours_rumour"),
        kind_link("rumours_watch", "rumour_id", "rumours_rumour"),
        migrations.RunSQL(COUNT_REACH, migrations.RunSQL.noop),
        migrations.RunSQL(START_CLOCKS, migrations.RunSQL.noop),
    ]
