"""Network addresses as bounds count them: who is given one of IPv6 is given 2^64 (RFC 4291, 2.5.4; RFC 6177). Pure."""

from __future__ import annotations

import ipaddress


def counted(address: str) -> str:
    """What stands for a network address in a count: of IPv6 its first 64 bits, of anything else the whole.

    >>> counted("2001:db8:0:7:abcd::1"), counted("::ffff:10.0.0.1"), counted("10.0.0.1")
    ('2001:db8:0:7::', '10.0.0.1', '10.0.0.1')
    """
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if not isinstance(known, ipaddress.IPv6Address):
        return address
    if known.ipv4_mapped:
        return str(known.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(known), 64), strict=False).network_address)
