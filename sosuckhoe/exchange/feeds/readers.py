"""Which reader reads which kind of delivery."""

from __future__ import annotations

from typing import BinaryIO

from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange.csv_feed import reading
from sosuckhoe.exchange.csv_feed.mapping import mapping
from sosuckhoe.exchange.feeds.deliver import Delivery, Reader
from sosuckhoe.exchange.feeds.item import Pieces
from sosuckhoe.exchange.fhir_feed import bundles
from sosuckhoe.exchange.sources import Source

BUNDLE, NDJSON, CSV = "bundle", "ndjson", "csv"


def readers() -> dict[str, Reader]:
    """The reader of each kind."""
    return {BUNDLE: _bundle, NDJSON: _lines, CSV: _table}


def _bundle(source: Source, delivery: Delivery, stream: BinaryIO) -> Pieces:
    return bundles.pieces_of_bundle(source, delivery.received, stream)


def _lines(source: Source, delivery: Delivery, stream: BinaryIO) -> Pieces:
    return bundles.pieces_of_lines(source, delivery.received, stream)


def _table(source: Source, delivery: Delivery, stream: BinaryIO) -> Pieces:
    told = mapping(source.id)
    if told is None:
        raise Problem("SSK-2190")
    return reading.pieces_of(told, delivery.name, delivery.received, stream)
