"""CSV files that a spreadsheet opens: UTF-8 with a mark that Excel needs, and no cell that it would run."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from django.http import HttpResponse

from sosuckhoe.base.sheet import safe

__all__ = ["csv_file", "safe"]


def csv_file(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A CSV download; `name` without its ending, of letters, digits and hyphens."""
    out = StringIO()
    lines = csv.writer(out)
    lines.writerow(header)
    lines.writerows([safe(cell) for cell in row] for row in rows)
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer
