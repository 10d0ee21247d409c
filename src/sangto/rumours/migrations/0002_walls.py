"""PostgreSQL itself refuses to mix live and drill rows."""

from django.db import migrations

from sangto.network.walls import kind_link, kind_wall


class Migration(migrations.Migration):
    dependencies = [
        ("rumours", "0001_initial"),
        ("network", "0002_walls"),
        ("intake", "0002_walls"),
        ("evidence", "0002_walls"),
    ]
    operations = [
        kind_wall("rumours_rumour"),
        kind_wall("rumours_sighting"),
        kind_wall("rumours_exhibit"),
        kind_wall("rumours_task"),
        kind_link("rumours_rumour", "merged_into_id", "rumours_rumour"),
        kind_link("rumours_sighting", "rumour_id", "rumours_rumour"),
        kind_link("rumours_sighting", "tip_id", "intake_tip"),
        kind_link("rumours_exhibit", "rumour_id", "rumours_rumour"),
        kind_link("rumours_exhibit", "source_id", "evidence_source"),
        kind_link("rumours_task", "rumour_id", "rumours_rumour"),
    ]
