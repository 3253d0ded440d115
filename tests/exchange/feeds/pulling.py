"""The process that a test kills in the middle of a pull. python -m tests.exchange.feeds.pulling BASE"""

import sys

import django

django.setup()

from sosuckhoe.access.actor import PROGRAM  # noqa: E402 -- the rooms name tables
from sosuckhoe.base import clock  # noqa: E402 -- the rooms name tables
from sosuckhoe.exchange.feeds import deliver  # noqa: E402 -- the rooms name tables
from sosuckhoe.exchange.fhir_feed.pull import pull  # noqa: E402 -- the rooms name tables
from sosuckhoe.exchange.fhir_feed.server import Place, Server  # noqa: E402 -- the rooms name tables

if __name__ == "__main__":
    source = deliver.source_of("song-hong", clock.now())
    pull(PROGRAM, source, Server("Sông Hồng", Place(sys.argv[1]), seconds=30, wait=lambda _: None), clock.now())
