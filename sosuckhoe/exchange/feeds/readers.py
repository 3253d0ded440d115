"""Which reader reads which kind of delivery."""

from __future__ import annotations

import logging
from typing import BinaryIO

from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange.csv_feed import reading
from sosuckhoe.exchange.csv_feed.mapping import mapping
from sosuckhoe.exchange.feeds.deliver import Delivery, Reader
from sosuckhoe.exchange.feeds.item import Pieces
from sosuckhoe.exchange.fhir_feed import bundles
from sosuckhoe.exchange.sources import Source

BUNDLE, NDJSON, CSV = "bundle", "ndjson", "csv"
_log = logging.getLogger(__name__)


def readers() -> dict[str, Reader]:
    """The reader of each kind. What a reader stumbles over is the Problem SSK-3080 of that file, and of no other."""
    return {BUNDLE: _sure(_bundle), NDJSON: _sure(_lines), CSV: _sure(_table)}


def _sure(reader: Reader) -> Reader:
    def read(source: Source, delivery: Delivery, stream: BinaryIO) -> Pieces:
        try:
            yield from reader(source, delivery, stream)
        except (Problem, OSError):
            raise
        except Exception as error:
            _log.exception("delivery %s could not be read", delivery.id)
            raise Problem("SSK-3080") from error

    return read


def _bundle(source: Source, delivery: Delivery, stream: BinaryIO) -> Pieces:
    return bundles.pieces_of_bundle(source, delivery.received, stream)


def _lines(source: Source, delivery: Delivery, stream: BinaryIO) -> Pieces:
    return bundles.pieces_of_lines(source, delivery.received, stream)


def _table(source: Source, delivery: Delivery, stream: BinaryIO) -> Pieces:
    told = mapping(source.id)
    if told is None:
        raise Problem("SSK-2190")
    return reading.pieces_of(told, delivery.name, delivery.received, stream)
