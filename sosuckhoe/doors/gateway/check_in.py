"""api/qd130/checkInKcbQd4750 and its twin: who has come (Công văn 1245/BHXH-CNTT, loaiHoSo = 0)."""

from __future__ import annotations

import falcon

from sosuckhoe.doors.gateway import intake


class CheckIn:
    """Stores the check-in, then tells the sender what of it cannot be trusted."""

    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        response.media = intake.take(request, "check-in")
