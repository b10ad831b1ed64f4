"""Polaris's own settings in a throw-away var folder, with N+1 queries as errors and what is slow made fast."""

import atexit
import os
import re
import shutil
import tempfile

if "POLARIS_VAR" not in os.environ:
    # xdist's workers inherit the variable, and so share the folder of the process that removes it.
    os.environ["POLARIS_VAR"] = tempfile.mkdtemp(prefix="polaris-tests-")
    atexit.register(shutil.rmtree, os.environ["POLARIS_VAR"], ignore_errors=True)
os.environ.setdefault("ZEAL", "true")
worker = os.environ.get("PYTEST_XDIST_WORKER", "")
if worker and "REDIS_URL" in os.environ:
    # Each worker has a Redis database of its own: rate limits and caches are nobody else's business.
    number = int(worker.removeprefix("gw")) + 1
    os.environ["REDIS_URL"] = re.sub(r"/\d*$", f"/{number}", os.environ["REDIS_URL"])

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, VAR_DIR  # noqa: E402

# Otherwise each test's client reads the whole folder of static files once more: half of what its request costs.
WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, as in real life: threads that write at the same time meet real locks.
    DATABASES["default"]["TEST"] = {"NAME": VAR_DIR / f"test{worker}.sqlite3"}
