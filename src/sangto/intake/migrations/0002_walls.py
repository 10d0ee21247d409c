"""PostgreSQL itself refuses to mix live and drill rows."""

from django.db import migrations

from sangto.network.walls import kind_link, kind_wall


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0001_initial"),
        ("network", "0002_walls"),
        ("catalogue", "0002_walls"),
    ]
    operations = [
        kind_wall("intake_door"),
        kind_wall("intake_tip"),
        kind_wall("intake_reply"),
        kind_link("intake_tip", "door_id", "intake_door"),
        kind_link("intake_reply", "tip_id", "intake_tip"),
        kind_link("intake_reply", "document_id", "catalogue_document"),
    ]
