"""Ways that nobody chose, steps with a time, and playbooks that are being written."""

import django.db.models.deletion
import sangto.lib.ids
from django.conf import settings
from django.db import migrations, models

# The records are opened for this once: nothing of what they say changes.
FILL = (
    "ALTER TABLE playbooks_choice DISABLE TRIGGER playbooks_choice_never_changed",
    "ALTER TABLE playbooks_run DISABLE TRIGGER playbooks_run_kept",
    (
        "UPDATE playbooks_choice SET version_id = playbooks_run.version_id"
        " FROM playbooks_run WHERE playbooks_run.id = playbooks_choice.run_id"
    ),
    (
        "UPDATE playbooks_run SET step_since = COALESCE("
        "(SELECT max(at) FROM playbooks_choice WHERE run_id = playbooks_run.id), started_at)"
    ),
    "SET CONSTRAINTS ALL IMMEDIATE",
    "ALTER TABLE playbooks_choice ENABLE TRIGGER playbooks_choice_never_changed",
    "ALTER TABLE playbooks_run ENABLE TRIGGER playbooks_run_kept",
)


class Migration(migrations.Migration):

    dependencies = [
        ('network', '0005_walls_of_people'),
        ('playbooks', '0003_records'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.UUIDField(default=sangto.lib.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('slug', models.CharField(blank=True, default='', max_length=60)),
                ('text', models.TextField()),
                ('sha256', models.CharField(max_length=64)),
                ('edit_number', models.PositiveIntegerField(default=0)),
                ('state', models.CharField(choices=[('open', 'Being written'), ('asked', 'Waiting for a second person'), ('published', 'Published'), ('dropped', 'Dropped')], default='open', max_length=12)),
                ('created_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('asked_at', models.DateTimeField(blank=True, null=True)),
                ('asked_sha256', models.CharField(blank=True, default='', max_length=64)),
                ('note', models.TextField(blank=True, default='')),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='DraftEditor',
            fields=[
                ('id', models.UUIDField(default=sangto.lib.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('last_at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='choice',
            name='by',
            field=models.CharField(choices=[('person', 'A person'), ('rule', 'A rule'), ('clock', 'The clock')], default='person', max_length=8),
        ),
        migrations.AddField(
            model_name='choice',
            name='facts',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='choice',
            name='version',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='playbooks.playbookversion'),
        ),
        migrations.AddField(
            model_name='run',
            name='step_since',
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='choice',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='playbooks.playbookversion'),
        ),
        migrations.AlterField(
            model_name='run',
            name='step_since',
            field=models.DateTimeField(),
        ),
        migrations.AddField(
            model_name='run',
            name='target_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='run',
            name='wait_until',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='choice',
            name='person',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='choice',
            index=models.Index(fields=['version', 'step', 'option', 'desk_kind'], name='choice_of_way'),
        ),
        migrations.AddIndex(
            model_name='run',
            index=models.Index(condition=models.Q(('ended_at', None), ('wait_until__isnull', False)), fields=['wait_until'], name='run_that_waits'),
        ),
        migrations.AddConstraint(
            model_name='choice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('by', 'person'), ('person__isnull', False)), models.Q(('by__in', ('rule', 'clock')), ('person__isnull', True)), _connector='OR'), name='a_person_is_named_or_none_chose'),
        ),
        migrations.AddField(
            model_name='draft',
            name='asked_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='draft',
            name='base',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='drafts', to='playbooks.playbookversion'),
        ),
        migrations.AddField(
            model_name='draft',
            name='created_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='draft',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='draft',
            name='published',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='playbooks.playbookversion'),
        ),
        migrations.AddField(
            model_name='drafteditor',
            name='draft',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='editors', to='playbooks.draft'),
        ),
        migrations.AddField(
            model_name='drafteditor',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='draft',
            index=models.Index(fields=['state', '-changed_at'], name='draft_by_change'),
        ),
        migrations.AddConstraint(
            model_name='drafteditor',
            constraint=models.UniqueConstraint(fields=('draft', 'person'), name='draft_editor_once'),
        ),
    ]
