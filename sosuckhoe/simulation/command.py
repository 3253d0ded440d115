"""`sosuckhoe simulate`: write a province to try the book on."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from sosuckhoe.base import clock
from sosuckhoe.identity import places
from sosuckhoe.simulation import fhir_bundles, held, profiles, tables
from sosuckhoe.simulation.life import Life
from sosuckhoe.simulation.province import Plan
from sosuckhoe.simulation.writing import write_province


@click.command()
@click.option("--people", type=click.IntRange(1, 2_000_000), default=400, show_default=True, help="Số người · people")
@click.option("--years", type=click.FloatRange(0.01, 50), default=2, show_default=True, help="Số năm · years")
@click.option("--seed", type=int, default=1, show_default=True, help="Cùng số cho cùng kết quả · same seed, same bytes")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("province"),
    show_default=True,
    help="Thư mục · folder",
)
@click.option(
    "--province", default="25", show_default=True, help="Mã một trong 34 tỉnh · code of one of the 34 provinces"
)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Ngày cuối · last day (mặc định hôm nay · today)")
@click.option(
    "--per-envelope",
    type=click.IntRange(1, 1000),
    default=1,
    show_default=True,
    help="Số hồ sơ mỗi tệp · packages a file",
)
@click.option("--profiles", "with_profiles", is_flag=True, help="Cả hồ sơ QĐ 831 · the health profiles too")
@click.option(
    "--books", "with_books", is_flag=True, help="Cả sổ FHIR và CSV của hai hệ thống khác · two other books too"
)
def simulate(
    people: int,
    years: float,
    seed: int,
    out: Path,
    province: str,
    until: datetime | None,
    per_envelope: int,
    *,
    with_profiles: bool,
    with_books: bool,
) -> None:
    """Viết ra một tỉnh thử nghiệm: những gì các bệnh viện sẽ gửi · write what a province's hospitals would send."""
    if not places.province_name(province, places.REFORM):
        raise click.BadParameter(
            "không có trong danh mục 34 tỉnh · not one of the 34 provinces", param_hint="--province"
        )
    last = until.date() if until else clock.today()
    life = Life(Plan(people, years, seed, last, province))
    written = write_province(life, out, per_envelope)
    counts = (written.packages, written.files, written.check_ins, len(life.people), out)
    click.echo("{} hồ sơ trong {} tệp, {} lượt đến, {} người → {}".format(*counts))
    if with_profiles:
        number = profiles.write_all(life, out / "profiles")
        click.echo(f"{number} hồ sơ sức khỏe QĐ 831 · health profiles → {out / 'profiles'}")
    if with_books:
        _write_books(Plan(people, years, seed, last, province), out)
    click.echo("{} packages in {} files, {} check-ins, {} people → {}".format(*counts))


def _write_books(plan: Plan, out: Path) -> None:
    """The same province lived once more: the first time its packages were written and not kept."""
    again = Life(plan)
    holdings = held.holdings(again, again.packages())
    bundles = fhir_bundles.write(holdings["fhir"], out / "fhir")
    files = tables.write(holdings["tables"], out / "tables")
    click.echo(f"{bundles} bundle FHIR, {files} bảng CSV · FHIR bundles, CSV tables → {out}")
