"""The first lines of a child: `python -I -S start.py MODULE FOLDER...` runs its main()."""

import importlib
import sys

if __name__ == "__main__":
    _, module, *folders = sys.argv
    sys.path += folders
    importlib.import_module(module).main()
