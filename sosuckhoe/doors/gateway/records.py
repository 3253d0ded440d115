"""api/qd130/guiHoSoXmlQD4750 and its twin: packages of visits (Công văn 1245/BHXH-CNTT, loaiHoSo = 130)."""

from __future__ import annotations

import falcon

from sosuckhoe.doors.gateway import intake


class Records:
    """Stores the envelope, then tells the sender what of it cannot be trusted."""

    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        response.media = intake.take(request, "records")
