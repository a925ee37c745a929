"""`manage.py demo`: the whole portal on an emulated AWS, on one machine."""

import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from awsdash.demo.launcher.launch import Place, launch


class Command(BaseCommand):
    help = "Run the portal, its workers and an emulated AWS until Ctrl-C."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--var", type=Path, default=settings.VAR_DIR, help="where data is kept")

    def handle(self, *args: Any, host: str, port: int, var: Path, **options: Any) -> None:
        sys.exit(launch(Place(host, port, var.expanduser().resolve()), os.environ))
