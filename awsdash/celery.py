"""Celery: the doorbell. The rows in the database are the work."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "awsdash.settings")

app = Celery("awsdash")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
