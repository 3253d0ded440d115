"""`sosuckhoe pull`: what another vendor's server has, by Bulk Data."""

from __future__ import annotations

import click

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock
from sosuckhoe.exchange.feeds import deliver
from sosuckhoe.exchange.fhir_feed import pull as pulling
from sosuckhoe.exchange.fhir_feed.server import Server, place_of


@click.command()
@click.argument("source")
def pull(source: str) -> None:
    """Kéo dữ liệu FHIR của một nguồn (Bulk Data) · pull what a source's FHIR server has."""
    at = clock.now()
    known = deliver.source_of(source, at)
    count = pulling.pull(PROGRAM, known, Server(known.vi, place_of(source)), at)
    click.echo(f"{count} tệp đã kéo và đưa vào sổ · files pulled and filed")
