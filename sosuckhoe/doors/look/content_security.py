"""What a page may load and where its forms may lead. https://www.w3.org/TR/CSP3/"""

from __future__ import annotations

from urllib.parse import urlsplit

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; "
    "object-src 'none'; frame-ancestors 'none'; base-uri 'none'"
)
"""Nothing inline and nothing from elsewhere: text that slips into a page unescaped still runs nothing."""


NOTHING = "default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"
"""Of what is no page: an answer of a machine interface, a paper that somebody sent."""


def leading_to(address: str) -> str:
    """The same for a page whose form leads on to one place elsewhere, which its answer redirects to."""
    parts = urlsplit(address)
    place = f"{parts.scheme}://{parts.netloc}" if parts.scheme in {"http", "https"} else f"{parts.scheme}:"
    return POLICY.replace("form-action 'self'", f"form-action 'self' {place}")
