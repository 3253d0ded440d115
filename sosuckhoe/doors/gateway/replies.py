"""Replies with the portal's field names. Handled outcomes answer HTTP 200 with `maKetQua`, as the portal does."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import falcon

from sosuckhoe.base.clock import VIETNAM
from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange.actions.receive import Receipt

TAKEN, PARTLY = "200", "205"
"""205: stored, but at least one package cannot be used as it is."""


def of_receipt(receipt: Receipt, at: datetime, message: str, result: str = TAKEN) -> dict[str, str]:
    """What a sender gets for content that is stored."""
    return {
        "maKetQua": result,
        "maGiaoDich": receipt.number,
        "thoiGianTiepNhan": f"{at.astimezone(VIETNAM):%Y%m%d%H%M%S}",
        "thongDiep": message,
    }


def of_problem(problem: Problem) -> dict[str, Any]:
    """What a sender gets for something that was not taken in."""
    return {"maKetQua": str(problem.status), "maGiaoDich": "", "thongDiep": f"{problem.number}: {problem.vi}"}


def write_http_error(
    _request: falcon.Request, response: falcon.Response, error: falcon.HTTPError, _params: dict[str, Any]
) -> None:
    """An error of the transport itself: unknown address, wrong method."""
    response.status = error.status
    response.media = {"maKetQua": str(error.status_code), "maGiaoDich": "", "thongDiep": error.title}
