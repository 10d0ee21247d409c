"""PostgreSQL itself refuses to mix live and drill rows."""

from django.db import migrations

from sangto.network.walls import kind_wall


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0001_initial"),
        ("network", "0002_walls"),
    ]
    operations = [
        kind_wall("catalogue_document"),
    ]
