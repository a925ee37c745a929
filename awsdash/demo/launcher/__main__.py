"""`python -m awsdash.demo.launcher`: what `make demo` runs.

`manage.py demo` does the same, but it needs the settings, which need secrets, which a fresh
checkout has only after the launcher has made them.
"""

import argparse
import os
import sys
from pathlib import Path

from awsdash.demo.launcher.commands import CHECKOUT
from awsdash.demo.launcher.launch import Place, launch


def main() -> int:
    parser = argparse.ArgumentParser(prog="demo", description="Run AWS Dash on an emulated AWS.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument(
        "--var", type=Path, default=os.environ.get("AWSDASH_VAR_DIR") or CHECKOUT / "var"
    )
    options = parser.parse_args()
    place = Place(options.host, options.port, options.var.expanduser().resolve())
    return launch(place, os.environ)


if __name__ == "__main__":
    sys.exit(main())
