"""What a label needs to know of a proposal, and an editor's word on it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0002_walls"),
    ]

    operations = [
        migrations.AddField(
            model_name="reply",
            name="blocked",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="reply",
            name="copy",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="reply",
            name="engine",
            field=models.CharField(blank=True, default="", max_length=120),
        ),
        migrations.AddField(
            model_name="reply",
            name="judged",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="reply",
            name="judged_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
