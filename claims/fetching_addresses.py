"""Which addresses may be asked: how an address is spelled, and the number that a name resolves to.

Both are allow-rules. A URL that could be read in two ways is refused, not repaired: what another parser would make of
it is how such rules are got around. A number is asked only if it is globally routable unicast by the tables below;
`ipaddress` parses, and its flags (`is_global` and the like) are not used: they differ between versions of Python.
"""

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv4Network, IPv6Address, IPv6Network
from urllib.parse import quote, urljoin, urlsplit

LONGEST_URL = 2000
PORTS = {"http": 80, "https": 443}

# What is not the public network. From the special-purpose registries of IANA (RFC 6890 and its updates), plus one.
IPV4_REFUSED = {
    IPv4Network(network): why
    for network, why in {
        "0.0.0.0/8": "this network",
        "10.0.0.0/8": "private",
        "100.64.0.0/10": "shared by a carrier",
        "127.0.0.0/8": "this machine",
        "168.63.129.16/32": "a cloud's own services",
        "169.254.0.0/16": "link-local",
        "172.16.0.0/12": "private",
        "192.0.0.0/24": "protocol assignments",
        "192.0.2.0/24": "documentation",
        "192.31.196.0/24": "AS112",
        "192.52.193.0/24": "multicast tunnels",
        "192.88.99.0/24": "6to4 relays",
        "192.168.0.0/16": "private",
        "192.175.48.0/24": "AS112",
        "198.18.0.0/15": "benchmarking",
        "198.51.100.0/24": "documentation",
        "203.0.113.0/24": "documentation",
        "224.0.0.0/4": "multicast",
        "240.0.0.0/4": "reserved",
    }.items()
}
# Global unicast is 2000::/3 (RFC 4291); all of IPv6 outside it is refused, and of it these.
IPV6_UNICAST = IPv6Network("2000::/3")
IPV6_REFUSED = {
    IPv6Network(network): why
    for network, why in {
        "2001::/23": "protocol assignments, Teredo among them",
        "2001:db8::/32": "documentation",
        "2002::/16": "6to4",
        "2620:4f:8000::/48": "AS112",
        "3fff::/20": "documentation",
        "3ffe::/16": "returned",
    }.items()
}
# Where IPv4 is reached by translation (RFC 6052), a name resolves to its number inside this prefix.
IPV6_TRANSLATED = IPv6Network("64:ff9b::/96")
# An interface identifier that carries an IPv4 address through a tunnel (ISATAP, RFC 5214).
ISATAP = frozenset({0x00005EFE, 0x02005EFE})

# Names that stand for something inside a network; asking the resolver for them tells it too much already.
INSIDE = frozenset(
    ["localhost", "local", "localdomain", "internal", "intranet", "private", "corp", "home", "lan", "arpa", "alt", "onion"]
)  # fmt: skip
LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
DOTTED = re.compile(r"(?:(?:0|[1-9][0-9]{0,2})\.){3}(?:0|[1-9][0-9]{0,2})")
NUMERIC_LABEL = re.compile(r"[0-9]+|0x[0-9a-f]*")
KEPT = "/%:@!$&'()*+,;=~-._"
# Letters that two versions of the rules for names map differently.
TWO_READINGS = re.compile("[\u00df\u03c2\u200c\u200d]")
UNSAFE = re.compile(r"[\x00-\x20\x7f\\]")


class AddressRefused(ValueError):
    """An address that is not asked. The message is ours and repeats nothing of the address."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address as it is asked: `host` is a name or number in ASCII without brackets, `target` path and query."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """Host and port as the `Host` header and a URL have them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.authority}"

    @property
    def url(self) -> str:
        return self.origin + self.target

    def same_place(self, other: "Address") -> bool:
        """Whether two addresses are one to a reader: http or https, with or without a last slash."""
        return (self.host, self.target.rstrip("/")) == (other.host, other.target.rstrip("/"))


def parse(url: str, *, base: Address | None = None, ports: frozenset[int] = frozenset(PORTS.values())) -> Address:
    """Read a URL, or a reference relative to `base`. Raises AddressRefused for whatever is not plainly http(s)."""
    url = _joined(url, base) if base else url
    _refuse_unsafe(url)
    scheme, colon, rest = url.partition(":")
    scheme = scheme.lower()
    if not colon or scheme not in PORTS:
        raise AddressRefused("Only http and https are asked.")
    if not rest.startswith("//") or rest.startswith("///"):
        raise AddressRefused("After the scheme come two slashes and a host.")
    try:
        parts = urlsplit(url)
        port = PORTS[scheme] if parts.port is None else parts.port
    except ValueError:
        raise AddressRefused("The address cannot be read.") from None
    if "@" in parts.netloc:
        raise AddressRefused("An address with a user name is not asked.")
    host = read_host(_host_part(parts.netloc))
    if port not in ports:
        raise AddressRefused("Only the ports 80 and 443 are asked.")
    target = quote(parts.path or "/", safe=KEPT)
    if parts.query:
        target += "?" + quote(parts.query, safe=KEPT + "?")
    return Address(scheme, host, port, target)


def _joined(reference: str, base: Address) -> str:
    _refuse_unsafe(reference)
    try:
        return urljoin(base.url, reference)
    except ValueError:
        raise AddressRefused("The address cannot be read.") from None


def _refuse_unsafe(url: str) -> None:
    if not url or len(url) > LONGEST_URL:
        raise AddressRefused(f"An address has between 1 and {LONGEST_URL} characters.")
    if UNSAFE.search(url):
        raise AddressRefused("The address holds white space, a control character or a backslash.")


def _host_part(netloc: str) -> str:
    """What stands before the port, with its brackets."""
    if netloc.startswith("["):
        host, bracket, after = netloc.partition("]")
        if not bracket or (after and not re.fullmatch(r":[0-9]+", after)):
            raise AddressRefused("The brackets of the address do not match.")
        return host + bracket
    host, colon, after = netloc.partition(":")
    if colon and not re.fullmatch(r"[0-9]+", after):
        raise AddressRefused("After the colon comes a port, which is a number.")
    return host


def read_host(host: str) -> str:
    """The one spelling of a host: a name in small ASCII letters, four decimal numbers, or IPv6 without brackets."""
    if host.startswith("["):
        inner = host[1:-1]
        if not re.fullmatch(r"[0-9a-fA-F:.]+", inner):
            raise AddressRefused("Between brackets stands an IPv6 address, without a zone.")
        try:
            return str(IPv6Address(inner))
        except AddressValueError:
            raise AddressRefused("Between brackets stands an IPv6 address.") from None
    if "%" in host:
        raise AddressRefused("A host is not percent-encoded.")
    if TWO_READINGS.search(host):
        raise AddressRefused("The host can be read in two ways: write it in ASCII.")
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            raise AddressRefused("The host is not a name that can be asked for.") from None
        if NUMERIC_LABEL.fullmatch(host.removesuffix(".").rpartition(".")[2].lower()):
            raise AddressRefused("A number is written in ASCII digits.")
    return _read_name(host.lower())


def _read_name(host: str) -> str:
    labels = host.removesuffix(".").split(".")
    if NUMERIC_LABEL.fullmatch(labels[-1]):
        if not DOTTED.fullmatch(host):
            raise AddressRefused("An IPv4 address is written as four decimal numbers.")
        try:
            return str(IPv4Address(host))
        except AddressValueError:
            raise AddressRefused("An IPv4 address is written as four decimal numbers.") from None
    if len(host) > 253 or not all(LABEL.fullmatch(label) for label in labels):
        raise AddressRefused("The host is not a name that can be asked for.")
    if len(labels) < 2:
        raise AddressRefused("A name without a dot stands for something inside a network.")
    if labels[-1] in INSIDE:
        raise AddressRefused("The name stands for something inside a network.")
    return ".".join(labels)


def is_number(host: str) -> bool:
    """Whether a host as `read_host` gives it is an IP address, which no resolver is asked for."""
    return ":" in host or DOTTED.fullmatch(host) is not None


def why_refused(number: str) -> str | None:
    """Why an IP address is not asked; None where it is globally routable unicast."""
    try:
        if ":" in number:
            return _why_refused_6(IPv6Address(number))
        return _why_refused_4(IPv4Address(number))
    except AddressValueError:
        return "not an address"


def _why_refused_4(address: IPv4Address) -> str | None:
    return next((why for network, why in IPV4_REFUSED.items() if address in network), None)


def _why_refused_6(address: IPv6Address) -> str | None:
    if getattr(address, "scope_id", None):
        return "of one link"
    if address in IPV6_TRANSLATED:
        return _why_refused_4(IPv4Address(int(address) & 0xFFFFFFFF))
    if address not in IPV6_UNICAST:
        return "not global unicast"
    if (int(address) >> 32) & 0xFFFFFFFF in ISATAP:
        return "a tunnel"
    return next((why for network, why in IPV6_REFUSED.items() if address in network), None)
