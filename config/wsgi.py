"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

_site = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402

from claims.repeats import Repeats  # noqa: E402 - it needs the settings
from config.wsgi_request import Request  # noqa: E402

_site.request_class = Request
get_resolver().url_patterns  # noqa: B018 - read now, for a second, and not while the first reader of a worker waits

application = Repeats(_site)
