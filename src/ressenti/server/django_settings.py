"""What Django is told, all of it read from the environment by ``running.settings``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from psycopg.conninfo import conninfo_to_dict

from ressenti.server.accounts.mailing import mail_settings
from ressenti.server.accounts.providers import provider_settings
from ressenti.server.running.settings import server_settings

SERVER = server_settings()
FOLDER = Path(__file__).parent
BASE_URL = SERVER.base_url
IS_HTTPS = urlsplit(BASE_URL).scheme == "https"

SECRET_KEY = SERVER.secret_key
DEBUG = False
ALLOWED_HOSTS = list(SERVER.trusted_hosts)
CSRF_TRUSTED_ORIGINS = [BASE_URL]
ROOT_URLCONF = "ressenti.server.urls"
ASGI_APPLICATION = "ressenti.server.asgi.application"
APPEND_SLASH = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def database_settings(url: str, *, fewest: int = 1, most: int = 12) -> dict[str, Any]:
    """Return Django's description of the database of an address, and of a pool of connections."""
    told = conninfo_to_dict(url)
    options = {
        key: value
        for key, value in told.items()
        if key not in {"dbname", "user", "password", "host", "port"}
    }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": told.get("dbname", "postgres"),
        "USER": told.get("user", ""),
        "PASSWORD": told.get("password", ""),
        "HOST": told.get("host", ""),
        "PORT": str(told.get("port", "")),
        "OPTIONS": {**options, "pool": {"min_size": fewest, "max_size": most, "timeout": 20}},
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": True,
    }


# Whoever starts a process of the server gives it the address, of the embedded database too.
DATABASE_URL = SERVER.database_url or ""
DATABASES = {
    "default": database_settings(DATABASE_URL),
    # What must stay written even if the request comes to nothing; see accounts.shared_cache.
    "apart": database_settings(DATABASE_URL, fewest=0, most=4) | {"ATOMIC_REQUESTS": False},
}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "procrastinate.contrib.django",
    "ressenti.server",
]
MIDDLEWARE = [
    "ressenti.server.api.problems.ProblemMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ressenti.server.pages.policies.ContentPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "ressenti.server.pages.languages.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [FOLDER / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ressenti.server.pages.contexts.page_context",
            ],
            "builtins": ["ressenti.server.templatetags.figures"],
        },
    }
]

LANGUAGE_CODE = "en"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [FOLDER / "locale"]
USE_I18N = True
FORMAT_MODULE_PATH = ["ressenti.server.formats"]
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
# What we serve is what the package carries: nothing is collected.
STATIC_ROOT = FOLDER / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

AUTH_USER_MODEL = "ressenti.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "ressenti.server.accounts.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "ressenti.server.accounts.adapters.SingleSignOnAdapter"
MFA_ADAPTER = "ressenti.server.accounts.adapters.TwoStepAdapter"
SOCIALACCOUNT_PROVIDERS = provider_settings(os.environ)
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(BASE_URL).scheme
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Ressenti"

SESSION_COOKIE_NAME = "ressenti_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "ressenti.server.accounts.views.entrance.forged"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

# Addresses are unique whatever their case: a constraint of the table sees to it.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
CACHES = {"default": {"BACKEND": "ressenti.server.accounts.shared_cache.SharedCache"}}
PROCRASTINATE_ON_APP_READY = None
PROCRASTINATE_IMPORT_PATHS = [
    "ressenti.server.accounts.tasks",
    "ressenti.server.asking.tasks",
    "ressenti.server.importing.tasks",
    "ressenti.server.studying.tasks",
]
LOGGING_CONFIG = None
# Named here too: what a type checker does not see in the next line, it does not know.
SENDS_MAIL = ACCOUNT_EMAIL_NOTIFICATIONS = SERVER.smtp_url is not None
globals().update(mail_settings(SERVER.smtp_url, SERVER.mail_from))
