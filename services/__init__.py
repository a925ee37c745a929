"""Data plane services: one folder each. This package knows no Django, no Celery and no awsdash."""
