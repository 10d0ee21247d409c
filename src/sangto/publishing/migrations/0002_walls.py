"""PostgreSQL itself refuses to mix live and drill rows."""

from django.db import migrations

from sangto.network.walls import kind_link, kind_wall


class Migration(migrations.Migration):
    dependencies = [
        ("publishing", "0001_initial"),
        ("network", "0002_walls"),
        ("rumours", "0002_walls"),
    ]
    operations = [
        kind_wall("publishing_article"),
        kind_wall("publishing_articleversion"),
        kind_wall("publishing_versiontext"),
        kind_wall("publishing_versioneditor"),
        kind_wall("publishing_review"),
        kind_wall("publishing_publication"),
        kind_wall("publishing_correction"),
        kind_link("publishing_article", "rumour_id", "rumours_rumour"),
        kind_link("publishing_articleversion", "article_id", "publishing_article"),
        kind_link("publishing_versiontext", "version_id", "publishing_articleversion"),
        kind_link("publishing_versioneditor", "version_id", "publishing_articleversion"),
        kind_link("publishing_review", "version_id", "publishing_articleversion"),
        kind_link("publishing_publication", "article_id", "publishing_article"),
        kind_link("publishing_publication", "version_id", "publishing_articleversion"),
        kind_link("publishing_correction", "article_id", "publishing_article"),
        kind_link("publishing_correction", "version_id", "publishing_articleversion"),
    ]
