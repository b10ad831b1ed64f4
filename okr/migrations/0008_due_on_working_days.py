"""Check-ins that were due on a public holiday before these were known move to the next working day."""

from django.db import migrations

from orgs.tenancy import all_tenants
from orgs.working_days import WorkingDays


def move(apps, schema_editor):
    rows = apps.get_model("okr", "KeyResult").objects.using(schema_editor.connection.alias)
    with all_tenants():
        waited_for = rows.exclude(next_due_on=None).order_by()
        due = waited_for.values_list("org_id", "org__holiday_country", "org__holiday_region", "next_due_on").distinct()
        for org, country, region, day in list(due):
            working_days = WorkingDays(country, region)
            if working_days.is_holiday(day):
                moved = working_days.next_working_day(day)
                rows.filter(org_id=org, next_due_on=day).update(next_due_on=moved)


class Migration(migrations.Migration):
    dependencies = [("okr", "0007_initiative_carried_from"), ("orgs", "0010_rhythm")]

    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
