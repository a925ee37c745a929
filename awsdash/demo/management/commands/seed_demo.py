"""`manage.py seed_demo`: the demo's people, accounts and grants."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from awsdash.demo import people


class Command(BaseCommand):
    help = "Enter the demo's people, accounts and grants; write the sign-ins to var/seed.json."

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.VAR_DIR / "seed.json"
        seeded = people.seed(path)
        path.touch(mode=0o600, exist_ok=True)
        path.write_text(json.dumps(seeded, indent=2), encoding="utf-8")
        self.stdout.write(f"Sign-ins are in {path}.")
