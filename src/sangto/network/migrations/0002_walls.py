"""PostgreSQL itself refuses to mix live and drill rows."""

from django.db import migrations

from sangto.network.walls import kind_wall


class Migration(migrations.Migration):
    dependencies = [
        ("network", "0001_initial"),
    ]
    operations = [
        kind_wall("network_guest"),
    ]
