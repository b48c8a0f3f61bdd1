"""What is kept of the browser that a request came from: enough to recognise it, not to follow anyone."""

import ipaddress

BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def shortened(address: str | None) -> str | None:
    """An address without what tells one computer from its neighbours: 192.0.2.17 -> 192.0.2.0/24."""
    try:
        whole = ipaddress.ip_address(address or "")
    except ValueError:
        return None
    return str(ipaddress.ip_network((whole, 24 if whole.version == 4 else 48), strict=False))


def browser(agent: str) -> str:
    """The family of a browser and its system, as people name them: « Firefox, Windows »."""
    found = [next((name for mark, name in family if mark in agent), None) for family in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in found if name) or "Navigateur inconnu"
