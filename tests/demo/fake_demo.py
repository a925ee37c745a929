"""`python -m tests.demo.fake_demo VAR PORT`: the real launcher with stand-ins for the processes.

FAKE_MIGRATE=fail makes the migration fail; FAKE_DATA=stubborn makes the data worker ignore SIGTERM.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from awsdash.demo.launcher.commands import CHECKOUT, Commands
from awsdash.demo.launcher.launch import Place, launch
from awsdash.demo.launcher.processes import Command

SEED = '{"token": "t0ken", "users": [{"name": "alice", "password": "wonder", "role": "admin"}]}'
WEB = """
import http.server, sys
class Healthy(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Healthy).serve_forever()
"""
WORKERS = {
    "": "sleep 600 & sleep 600",
    "stubborn": "trap '' TERM; while true; do sleep 0.1; done",
}


def fake_commands(
    env: Mapping[str, str], *, host: str, port: int, aws_port: int, epoch: str
) -> Commands:
    def shell(name: str, script: str, *, once: bool = False, ready_line: str = "") -> Command:
        return Command(name, ("sh", "-c", script), env, CHECKOUT, once=once, ready_line=ready_line)

    migrate = "exit 3" if os.environ.get("FAKE_MIGRATE") == "fail" else "true"
    web = (sys.executable, "-S", "-E", "-c", WEB, str(port))
    return Commands(
        aws=shell("aws", f"echo ready :{aws_port}; exec sleep 600", ready_line="ready "),
        migrate=shell("migrate", migrate, once=True),
        services=(
            Command("web", web, env, CHECKOUT),
            shell("data", WORKERS[os.environ.get("FAKE_DATA", "")]),
        ),
        seed=shell("seed", f"""echo '{SEED}' > "$AWSDASH_VAR_DIR/seed.json" """, once=True),
    )


if __name__ == "__main__":
    place = Place("127.0.0.1", int(sys.argv[2]), Path(sys.argv[1]))
    sys.exit(launch(place, os.environ, fake_commands))
