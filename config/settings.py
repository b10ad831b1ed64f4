"""Settings, all from the environment (12-factor). A wrong or missing one stops the start with one clear sentence."""

import os
import secrets
import sys
import time
from pathlib import Path

from csp.constants import NONE, SELF
from environs import Env, EnvError

from config import api, broker, logs, workers

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()


STARTUP_FAILURE = 3  # uvicorn gives up on a worker that ends with it; any other it would start again for ever


def stop(sentence: str) -> None:
    sys.stderr.write(f"Polaris cannot start: {sentence}\n")
    sys.exit(STARTUP_FAILURE)


# ── Where and how this instance runs ──────────────────────────────────────────
ENVIRONMENT = env.str("POLARIS_ENV", "embedded")
if ENVIRONMENT not in ("embedded", "production"):
    stop(f"POLARIS_ENV must be 'embedded' or 'production', not {ENVIRONMENT!r}.")
PRODUCTION = ENVIRONMENT == "production"
VAR_DIR = Path(env.str("POLARIS_VAR", "") or BASE_DIR / "var").resolve()
VAR_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)  # sessions, mails with links that let in


def embedded_secret() -> str:
    """Made once for an embedded instance, so that sessions outlive a restart."""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text().strip()


try:
    SECRET_KEY = env.str("SECRET_KEY", "") or ("" if PRODUCTION else embedded_secret())
    DEBUG = env.bool("DEBUG", False)
    DEMO = env.bool("DEMO", False)
    # Whether mails that went to files, and the links in them that let people in, are shown to whoever reaches the address.
    MAILBOX = env.bool("MAILBOX", DEMO)
    SIGN_UP = env.str("SIGN_UP", "") or ("closed" if PRODUCTION else "open")
    BUILD = env.str("BUILD", "") or str(time.time_ns())  # what pages of another build must not be taken for
    REDIS_URL = env.str("REDIS_URL", "")
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", [] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"])
    CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
    # The address that links in mails begin with: a job that writes one knows no request.
    local_address = f"http://localhost:{env.str('PORT', '') or '8000'}"
    BASE_URL = env.str("BASE_URL", "" if PRODUCTION else local_address).rstrip("/")
    # Whether workshops can be tried out with simulated people, who come by the address, at so many times human pace.
    PLAY_WORKSHOPS = env.bool("PLAY_WORKSHOPS", DEMO)
    PLAY_ADDRESS = env.str("PLAY_ADDRESS", BASE_URL if PRODUCTION else local_address).rstrip("/")
    PLAY_SPEED = env.float("PLAY_SPEED", 1.0)
    database = env.dj_db_url("DATABASE_URL", f"sqlite:///{VAR_DIR / 'polaris.sqlite3'}")
    email = env.dj_email_url("EMAIL_URL", "smtp://localhost:25" if PRODUCTION else "file:///")
except EnvError as error:
    stop(str(error))
except ValueError as error:
    stop(f"a setting has the wrong form ({error}).")

if PRODUCTION:
    for name, value in (
        ("SECRET_KEY", SECRET_KEY),
        ("REDIS_URL", REDIS_URL),
        ("ALLOWED_HOSTS", ALLOWED_HOSTS),
        ("BASE_URL", BASE_URL),
    ):
        if not value:
            stop(f"{name} must be set when POLARIS_ENV is production.")
    if len(SECRET_KEY) < 32:
        stop("SECRET_KEY must have at least 32 characters.")
if SIGN_UP not in ("open", "closed"):
    stop(f"SIGN_UP must be 'open' or 'closed', not {SIGN_UP!r}.")
if not BASE_URL.startswith(("http://", "https://")):
    stop(f"BASE_URL must begin with http:// or https://, not be {BASE_URL!r}.")
if DEBUG and PRODUCTION:
    stop("DEBUG must be off when POLARIS_ENV is production.")
if DEMO and PRODUCTION:
    stop("DEMO must be off when POLARIS_ENV is production: it lets anybody in.")
if MAILBOX and PRODUCTION:
    stop("MAILBOX must be off when POLARIS_ENV is production: it shows everybody's mail.")

# ── Database ──────────────────────────────────────────────────────────────────
if database["ENGINE"] == "django.db.backends.sqlite3":
    if PRODUCTION:
        stop("DATABASE_URL must name a PostgreSQL database when POLARIS_ENV is production.")
    database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-8000;",
    }
    database["CONN_MAX_AGE"] = 300  # each new connection reads the whole schema: as much work as half a command
elif database["ENGINE"] == "django.db.backends.postgresql":
    database["ENGINE"] = "orgs.db.postgresql"
    database["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", 300)
    database["CONN_HEALTH_CHECKS"] = True
else:
    stop("DATABASE_URL must begin with sqlite:// or postgres://.")
DATABASES = {"default": database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ── Applications ──────────────────────────────────────────────────────────────
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "orgs",
    "okr",
    "reminders",
    "reviews",
    "workshops",
    "planning",
    "allauth",
    "allauth.account",
    "csp",
    "django_filters",
    "django_htmx",
    "django_structlog",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]
if env.bool("ZEAL", False):  # N+1 queries become errors; the test suite turns it on
    INSTALLED_APPS.append("zeal")
    ZEAL_ALLOWLIST = [
        {"model": "account.EmailAddress"},  # allauth's own, at sign-in
        {"model": "okr.*", "field": "get()"},  # what is written is locked row by row (orgs.actions.editing.locked)
        {"model": "orgs.*", "field": "get()"},
        {"model": "reminders.*", "field": "get()"},
        {"model": "reviews.*", "field": "get()"},
        {"model": "workshops.Workshop*", "field": "get()"},
        {"model": "planning.Planning", "field": "get()"},
    ]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # live streams never pass through Django
    "whitenoise.middleware.WhiteNoiseMiddleware",  # production's files are compressed already, embedded's are not
    "csp.middleware.CSPMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "orgs.middleware.KeptFormMiddleware",
    "orgs.middleware.OrganizationMiddleware",
    "orgs.middleware.LanguageMiddleware",
    "orgs.middleware.FormAddressMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "orgs.middleware.AccountAnswersMiddleware",
]
if "zeal" in INSTALLED_APPS:
    MIDDLEWARE.insert(0, "zeal.middleware.zeal_middleware")

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "orgs.context_processors.demo",
                "orgs.context_processors.sign_up",
                "orgs.context_processors.mailbox",
                "orgs.context_processors.theme",
                "orgs.context_processors.csrf_seat",
                "okr.context_processors.shell",
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": ["template_partials.templatetags.partials", "orgs.templatetags.ui"],
        },
    }
]

# ── People ────────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "orgs.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "start"
ACCOUNT_ADAPTER = "orgs.accounts.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "orgs.forms.accounts.LoginForm",
    "signup": "orgs.forms.accounts.SignupForm",
    "reauthenticate": "orgs.forms.accounts.ReauthenticateForm",
    "add_email": "orgs.forms.accounts.AddEmailForm",
    "change_password": "orgs.forms.accounts.ChangePasswordForm",
    "set_password": "orgs.forms.accounts.SetPasswordForm",
    "reset_password": "orgs.forms.accounts.ResetPasswordForm",
    "reset_password_from_key": "orgs.forms.accounts.ResetPasswordKeyForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Polaris · "
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PRODUCTION else "http"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/m/ip,5/5m/key",
    "signup": "10/m/ip,60/h/ip",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "confirm_email": "1/3m/key",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}

# ── Web ───────────────────────────────────────────────────────────────────────
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("map", "png", "woff2", "br", "gz")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
MEDIA_ROOT = VAR_DIR / "media"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000  # also the largest body, but for the routes that take files (config/asgi.py)
DATA_UPLOAD_MAX_NUMBER_FILES = 5
FILE_UPLOAD_MAX_MEMORY_SIZE = 100_000  # larger ones wait on disk, so that many at once do not fill the memory
FILE_UPLOAD_TEMP_DIR = VAR_DIR / "uploads"
FILE_UPLOAD_TEMP_DIR.mkdir(mode=0o700, exist_ok=True)
FILE_UPLOAD_PERMISSIONS = 0o600
EVIDENCE_MAX_BYTES = env.int("EVIDENCE_MAX_BYTES", 10 * 2**20)  # of one file
# A form with a file somewhat too large still arrives, and comes back with what was typed and the reason beside the field.
UPLOAD_MAX_BODY = 3 * EVIDENCE_MAX_BYTES + DATA_UPLOAD_MAX_MEMORY_SIZE

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_NAME = "polaris_session"
CSRF_COOKIE_NAME = "polaris_csrf"
CSRF_FAILURE_VIEW = "orgs.views.errors.csrf_failure"
if PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz/$"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# ── Languages ─────────────────────────────────────────────────────────────────
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# ── Cache, jobs, mail ─────────────────────────────────────────────────────────
CACHES = {
    "default": {
        "BACKEND": "config.cache.SteadyCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "polaris",
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 2000}}
}

CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"visibility_timeout": 3600, "unacked_restore_throttle": 1, "socket_connect_timeout": 2, "socket_timeout": 5}
    if REDIS_URL
    else broker.transport_options(VAR_DIR / "broker")
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    name: {"task": task, "schedule": 60.0, "options": {"expires": 55}}
    for name, task in (
        ("tick", "orgs.tasks.tick"),
        ("windows", "workshops.tasks.keep_time"),
        ("reminders", "reminders.tasks.tick"),
        ("meetings", "reviews.tasks.keep_meetings"),
        ("news", "okr.tasks.tell_news"),
    )
}

EMAIL_BACKEND = "orgs.mail.QueuedBackend"
if email.get("EMAIL_BACKEND", "").endswith("smtp.EmailBackend"):
    MAIL_DELIVERY_BACKEND = email["EMAIL_BACKEND"]
    EMAIL_HOST, EMAIL_PORT = email["EMAIL_HOST"], email["EMAIL_PORT"]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = email["EMAIL_HOST_USER"], email["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS, EMAIL_USE_SSL = email.get("EMAIL_USE_TLS", False), email.get("EMAIL_USE_SSL", False)
    EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", 20)  # seconds, for each answer of the mail server
else:
    MAIL_DELIVERY_BACKEND = "orgs.mailbox.FolderBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
MAILBOX = MAILBOX and MAIL_DELIVERY_BACKEND == "orgs.mailbox.FolderBackend"
SENT_KEPT_DAYS = env.int("SENT_KEPT_DAYS", 400)  # for which the outbox, and reminders, know what has left
if SENT_KEPT_DAYS < 60:
    stop("SENT_KEPT_DAYS must be 60 or more: what is forgotten could be sent twice.")
# Names of an installation's own chat servers, to which messages go though they lead inside its network.
CHANNEL_HOSTS_ALLOWED: list[str] = env.list("CHANNEL_HOSTS_ALLOWED", [])
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Polaris <polaris@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# ── Reminders ─────────────────────────────────────────────────────────────────
CHECK_IN_LINK_DAYS = env.int("CHECK_IN_LINK_DAYS", 14)  # for which the link of a mail opens one's check-in form

# ── Live sessions ─────────────────────────────────────────────────────────────
if workers.asked(sys.argv, os.environ) > 1 and not REDIS_URL:
    stop("REDIS_URL must be set where several web processes run, or live sessions reach half of those who watch.")
LIVE_STREAMS = env.int("LIVE_STREAMS", 2000)  # open at once in one process
LIVE_STREAMS_PER_PERSON = 8
LIVE_HEARTBEAT = 15.0  # seconds; what got lost is found, and who may no longer watch is closed, within one
LIVE_WRITE_WITHIN = 20.0  # seconds until a client that takes nothing is dropped
LIVE_LEAVING = 5.0  # seconds for which somebody without a stream still counts as here: a reload is no leaving
LIVE_GRACE = 60.0  # seconds for which nobody takes the place of somebody who is no longer here

# ── API ───────────────────────────────────────────────────────────────────────
REST_FRAMEWORK = api.configuration(rate=env.str("API_RATE", "600/min"))
SPECTACULAR_SETTINGS = api.DESCRIPTION

# ── Logs ──────────────────────────────────────────────────────────────────────
LOGGING = logs.configuration(json=PRODUCTION, level=env.str("LOG_LEVEL", "INFO"))
