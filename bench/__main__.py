"""python -m bench [NAME] [OPTIONS]: one measurement, or all of them one after the other."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

PARTS = {
    "__init__", "__main__", "books", "clients", "crowd", "crowd_spoil", "house", "population", "register",
    "search_store", "splink_baseline", "train_scorer", "visit",
}  # fmt: skip
NAMES = sorted(place.stem for place in Path(__file__).parent.glob("*.py") if place.stem not in PARTS)

if len(sys.argv) > 1:
    import_module(f"bench.{sys.argv[1]}").main(sys.argv[2:])
else:
    for name in NAMES:
        print(f"\n── {name}")
        subprocess.run([sys.executable, "-m", "bench", name], check=True)
