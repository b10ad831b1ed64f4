from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0005_single_keys"),
    ]

    operations = [
        migrations.AddField(
            model_name="outboxmail",
            name="files",
            field=models.JSONField(blank=True, default=list),
        ),
    ]
