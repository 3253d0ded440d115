"""`sosuckhoe import` of a folder: packages a second with durable commits, CPU of all processes a package.

python -m bench import_files [--packages 6000] [--per-envelope 20]
"""

from __future__ import annotations

import argparse
import itertools
import resource
import subprocess
import sys
import time
from pathlib import Path

from bench import house


def main(words: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bench import_files")
    parser.add_argument("--packages", type=int, default=6000)
    parser.add_argument("--per-envelope", type=int, default=20)
    parser.add_argument("--processes", type=int, default=3)
    asked = parser.parse_args(words)
    with house.running(web=False, worker=False) as here:
        folder = here.folder / "files"
        count = write_files(folder, asked.packages, asked.per_envelope)
        before, began = here.cpu(), time.monotonic()
        own = resource.getrusage(resource.RUSAGE_CHILDREN)
        words = ["import", str(folder), "--processes", str(asked.processes)]
        subprocess.run([sys.executable, "-m", "sosuckhoe.site.command_line", *words], check=True)
        seconds = time.monotonic() - began
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        python = used.ru_utime + used.ru_stime - own.ru_utime - own.ru_stime
        postgres = here.cpu()["postgres"] - before["postgres"]
        print(f"{count} packages in {seconds:.1f} s: {count / seconds:.0f}/s, start and end of processes included")
        print(f"CPU a package: import {python * 1000 / count:.2f}, postgres {postgres * 1000 / count:.2f} ms")


def write_files(folder: Path, count: int, per_envelope: int) -> int:
    """Envelopes as a facility's export writes them: several packages of one facility in a file."""
    from sosuckhoe.exchange.xml130.write import write_envelope
    from sosuckhoe.simulation.stream import packages

    folder.mkdir()
    of_facility: dict[str, list] = {}
    for sent in itertools.islice(packages(6000, 1.0, 7), count):
        of_facility.setdefault(sent.facility, []).append(sent)
    written = 0
    for facility, sendings in of_facility.items():
        for place in range(0, len(sendings), per_envelope):
            group = sendings[place : place + per_envelope]
            content = write_envelope(
                [sent.package for sent in group], facility, f"{group[0].sent:%Y%m%d}", group[0].edition
            )
            (folder / f"{facility}-{place:06d}.xml").write_bytes(content)
            written += len(group)
    return written
