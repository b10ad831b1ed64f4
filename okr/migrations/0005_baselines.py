"""What was published before baselines were frozen gets its own: its definition as it is now."""

import datetime as dt
from decimal import Decimal

from django.db import migrations

from orgs.tenancy import all_tenants

# As okr.actions.staging.FROZEN and orgs.actions.audit.plain were when this was written.
FROZEN = (
    "title", "metric", "unit", "unit_label", "direction", "start", "target", "low", "high", "tolerance",
    "baseline_due_on", "source", "owner_id",
)  # fmt: skip
AT_ONCE = 500


def _plain(value):
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    return value.isoformat() if isinstance(value, dt.date) else value


def freeze(apps, schema_editor):
    rows = apps.get_model("okr", "KeyResult").objects.using(schema_editor.connection.alias)
    with all_tenants():
        bare = []
        for row in rows.filter(stage__in=("published", "scored"), baseline__isnull=True).iterator(chunk_size=AT_ONCE):
            row.baseline = {name.removesuffix("_id"): _plain(getattr(row, name)) for name in FROZEN}
            bare.append(row)
        rows.bulk_update(bare, ["baseline"], batch_size=AT_ONCE)


class Migration(migrations.Migration):
    dependencies = [("okr", "0004_quarter_planning"), ("orgs", "0007_department_merged_into")]

    operations = [migrations.RunPython(freeze, migrations.RunPython.noop)]
