"""Labels, and what is decided on them; PostgreSQL itself refuses to mix those of live and drill desks."""

import django.db.models.deletion
from django.db import migrations, models

import sangto.lib.ids
from sangto.network.walls import kind_wall


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0002_walls"),
        ("network", "0003_desk_kind_is_for_ever"),
    ]

    operations = [
        migrations.CreateModel(
            name="Label",
            fields=[
                (
                    "desk_kind",
                    models.CharField(choices=[("live", "Live"), ("drill", "Drill")], editable=False, max_length=8),
                ),
                (
                    "id",
                    models.UUIDField(default=sangto.lib.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("tip_id", models.UUIDField(blank=True, null=True)),
                ("object_id", models.UUIDField(blank=True, null=True)),
                ("said_by", models.CharField(choices=[("asker", "asker"), ("editor", "editor")], max_length=8)),
                ("right", models.BooleanField()),
                ("had_match", models.BooleanField(null=True)),
                ("rank", models.PositiveSmallIntegerField()),
                ("decision", models.CharField(max_length=8)),
                ("probability", models.FloatField()),
                ("copy", models.BooleanField()),
                ("blocked", models.BooleanField()),
                ("engine", models.CharField(max_length=120)),
                ("nth", models.PositiveIntegerField()),
                ("stands", models.BooleanField(default=True)),
                ("said_at", models.DateTimeField()),
                (
                    "desk",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="network.desk"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["desk", "engine"], name="label_of_desk")],
                "constraints": [models.UniqueConstraint(fields=("tip_id", "object_id", "said_by"), name="label_once")],
            },
        ),
        migrations.CreateModel(
            name="Tuning",
            fields=[
                (
                    "desk_kind",
                    models.CharField(choices=[("live", "Live"), ("drill", "Drill")], editable=False, max_length=8),
                ),
                (
                    "id",
                    models.UUIDField(default=sangto.lib.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("number", models.PositiveIntegerField()),
                ("careful", models.BooleanField(default=True)),
                ("answer_at", models.FloatField(null=True)),
                ("engine", models.CharField(max_length=120)),
                ("step", models.CharField(max_length=16)),
                ("figures", models.JSONField(default=dict)),
                ("was_careful", models.BooleanField()),
                ("by_kind", models.CharField(max_length=16)),
                ("by_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                ("taken_back_at", models.DateTimeField(blank=True, null=True)),
                (
                    "desk",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="network.desk"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("desk", "number"), name="tuning_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer_at", None), ("careful", True)),
                            models.Q(("answer_at__gte", 0), ("answer_at__lte", 1), ("careful", False)),
                            _connector="OR",
                        ),
                        name="tuning_careful_or_threshold",
                    ),
                ],
            },
        ),
        kind_wall("catalogue_label"),
        kind_wall("catalogue_tuning"),
    ]
