"""Django's own admin, accounts and sessions, and a front page.

app.py SETTINGS seed    makes the database and its people
app.py SETTINGS serve   runs it
app.py SETTINGS expire  ends all sessions that the database has

SETTINGS is a JSON file of port, engine (of sessions: db or signed_cookies),
database, people and log.
"""

import json
import sys

import django
from django.conf import settings

with open(sys.argv[1], encoding="utf-8") as file:
    own = json.load(file)

settings.configure(
    ALLOWED_HOSTS=["*"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": own["database"], "OPTIONS": {"timeout": 20}}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=[
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django.contrib.staticfiles",
    ],
    MIDDLEWARE=[
        __name__ + ".log_request",
        "django.middleware.gzip.GZipMiddleware",
        "django.middleware.http.ConditionalGetMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],  # quick, which is all a test wants
    ROOT_URLCONF=__name__,
    SECRET_KEY="only for tests",
    SESSION_ENGINE="django.contrib.sessions.backends." + own["engine"],
    STATIC_URL="/static/",
    TEMPLATES=[{
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": [
            "django.template.context_processors.request",
            "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
        ]},
    }],
    USE_TZ=True,
    WSGI_APPLICATION=__name__ + ".application",
)
django.setup()

from django.contrib import admin  # noqa: E402, wants the settings
from django.contrib.auth.models import User  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils.html import escape  # noqa: E402


def log_request(get_response):
    log = open(own["log"], "a", encoding="utf-8", buffering=1)

    def middleware(request):
        seen = request.headers
        log.write("%s %s cookies=%s agent=%s\n" % (
            request.method, request.get_full_path(), seen.get("Cookie", "-"), seen.get("User-Agent", "-")))
        return get_response(request)

    return middleware


def front_page(request):
    name = request.user.get_username() or "guest"
    return HttpResponse("<!doctype html><html><head><title>Office</title></head><body><p>Hello, %s.</p></body></html>" % escape(name))


urlpatterns = [path("", front_page), path("admin/", admin.site.urls)]


def seed():
    call_command("migrate", verbosity=0)
    for person in own["people"]:
        # No first name: the admin's pages greet people by it, or else by the login, which says who they are.
        user = User(id=person["id"], username=person["login"], email=person["email"], is_staff=True, is_superuser=True)
        user.set_password(person["password"])
        user.save()


def serve():
    global application
    application = get_wsgi_application()
    # --insecure: static files although this is no debug mode.
    call_command("runserver", "127.0.0.1:%s" % own["port"], use_reloader=False, insecure_serving=True)


def expire():
    Session.objects.all().delete()


if __name__ == "__main__":
    {"seed": seed, "serve": serve, "expire": expire}[sys.argv[2]]()
