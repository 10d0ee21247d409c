"""The version that readers see stands on the article, so that a list needs no look-up per row."""

import django.db.models.deletion
from django.db import migrations, models

from sangto.network.walls import kind_link


class Migration(migrations.Migration):
    dependencies = [
        ("publishing", "0002_walls"),
    ]
    operations = [
        migrations.AddField(
            model_name="article",
            name="public_version",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="publishing.articleversion",
            ),
        ),
        migrations.AddIndex(
            model_name="publication",
            index=models.Index(fields=["-at"], name="publication_newest"),
        ),
        kind_link("publishing_article", "public_version_id", "publishing_articleversion"),
    ]
