"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

_site = get_wsgi_application()

from claims.repeats import Repeats  # noqa: E402 - it needs the settings

application = Repeats(_site)
