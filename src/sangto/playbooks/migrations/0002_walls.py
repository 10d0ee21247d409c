"""PostgreSQL itself refuses to mix live and drill rows."""

from django.db import migrations

from sangto.network.walls import kind_link, kind_wall


class Migration(migrations.Migration):
    dependencies = [
        ("playbooks", "0001_initial"),
        ("network", "0002_walls"),
    ]
    operations = [
        kind_wall("playbooks_run"),
        kind_wall("playbooks_choice"),
        kind_link("playbooks_choice", "run_id", "playbooks_run"),
    ]
