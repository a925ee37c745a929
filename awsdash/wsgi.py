"""The web process: Django on WSGI threads."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "awsdash.settings")

application = get_wsgi_application()
