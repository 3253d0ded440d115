"""The switch of the text size, the description of the installable app, the guide of parts."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from sosuckhoe.doors.look import sample
from sosuckhoe.doors.look.text_size import LARGE, cookie

_A_YEAR = 365 * 24 * 3600
_MASKABLE = 512
"""Pixels of the icon that Android may cut to a circle; its drawing keeps clear of the corners."""


@require_POST
def text_size(request: HttpRequest) -> HttpResponse:
    """Remember the text size in a cookie of this browser; back to the page that was open."""
    answer = redirect(_back(request))
    if request.POST.get("size") == LARGE:
        answer.set_cookie(cookie(), LARGE, max_age=_A_YEAR, httponly=True, samesite="Lax", secure=settings.HTTPS)
    else:
        answer.delete_cookie(cookie(), samesite="Lax")
    return answer


@require_GET
def manifest(_request: HttpRequest) -> JsonResponse:
    """What a phone needs to put the book on its home screen. No service worker: no page of a book is kept."""
    icons = [
        {"src": static(f"built/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in (192, _MASKABLE)
    ]
    answer = {
        "name": "Sổ Sức Khỏe",
        "short_name": "Sổ Sức Khỏe",
        "lang": "vi",
        "start_url": "/",
        "scope": "/",
        "display": "minimal-ui",
        "background_color": "#f5f7f5",
        "theme_color": "#0b5f66",
        "icons": [*icons, {**icons[-1], "purpose": "maskable"}],
    }
    headers = {"Cache-Control": "public, max-age=86400"}
    return JsonResponse(answer, content_type="application/manifest+json", headers=headers)


@require_GET
def guide(request: HttpRequest) -> HttpResponse:
    """Every part of the pages with made-up content, for those who build pages; not where real people's books are."""
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    return render(request, "look/guide.html", sample.context())


def _back(request: HttpRequest) -> str:
    """The page to return to, when it is one of ours."""
    address = request.POST.get("next", "")
    is_ours = address.startswith("/") and url_has_allowed_host_and_scheme(
        address, {request.get_host()}, require_https=request.is_secure()
    )
    return address if is_ours else "/"
