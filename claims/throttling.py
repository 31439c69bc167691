"""How many requests somebody may make in a while: counted here, on Django's own requests, and said in each answer.

Time is cut into windows of the policy's length. A count is one increment in the default cache, so of two requests at
once only one can be the last that is allowed, wherever the cache increments atomically: in one process, or in Redis for
all of them. Fields: `RateLimit-Policy` and `RateLimit` of draft-ietf-httpapi-ratelimit-headers (structured fields).
"""

import hashlib
import ipaddress
import logging
import re
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

QUOTA_EXCEEDED = "https://iana.org/assignments/http-problem-types#quota-exceeded"
NETWORK = 8  # bytes of an IPv6 address that are one customer's network: whoever has one has 2 ** 64 addresses
_WITH_PORT = re.compile(r"\[(?P<v6>[^\[\]]*)\](:[0-9]{1,5})?|(?P<v4>[0-9.]+):[0-9]{1,5}")
"""How some proxies write an address."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Policy:
    """So many requests in so many seconds, under a name that answers tell."""

    name: str
    requests: int
    seconds: int

    @property
    def field(self) -> str:
        """The value of `RateLimit-Policy`."""
        return f'"{self.name}";q={self.requests};w={self.seconds}'


@dataclass(frozen=True, slots=True)
class Spent:
    """One request as it was counted."""

    policy: Policy
    count: int
    seconds_left: int

    @property
    def allowed(self) -> bool:
        """Whether it may be answered."""
        return self.count <= self.policy.requests

    @property
    def fields(self) -> dict[str, str]:
        """What the answer says of it; for one that is refused with the seconds to wait."""
        left = max(self.policy.requests - self.count, 0)
        told = {
            "RateLimit-Policy": self.policy.field,
            "RateLimit": f'"{self.policy.name}";r={left};t={self.seconds_left}',
        }
        return told if self.allowed else told | {"Retry-After": str(self.seconds_left)}


def by_address() -> Policy:
    """What one address may ask: setting FOOTING_API_RATE."""
    return Policy("address", *settings.API_RATE)


def by_caller() -> Policy:
    """What one token, or one person who is signed in, may ask: setting FOOTING_API_TOKEN_RATE."""
    return Policy("caller", *settings.API_TOKEN_RATE)


def spend(request: HttpRequest, *, caller: str = "") -> Spent:
    """Count a request, for the `caller` that was recognised (such as `token 12`), else for the address it comes from."""
    if caller:
        return _count(by_caller(), caller)
    return _count(by_address(), address(request))


def address(request: HttpRequest) -> str:
    """Whom a request without a key is counted for: the address as the outermost of our own proxies saw it.

    An IPv6 address counts for its network. Headers are believed of as many proxies as FOOTING_PROXIES says, where they
    name an address, with a port or without.
    """
    meta: dict[str, Any] = request.META
    if settings.PROXIES and (forwarded := meta.get("HTTP_X_FORWARDED_FOR")):
        hops = forwarded.split(",")
        if found := _network(hops[-min(settings.PROXIES, len(hops))].strip()):
            return found
    seen: str = meta.get("REMOTE_ADDR") or ""
    return _network(seen) or f"unlike an address {hashlib.sha256(seen.encode()).hexdigest()[:16]}"


@lru_cache(maxsize=4096)
def _network(seen: str) -> str:
    """The address or, of IPv6, the network that somebody is seen at; empty where that is no address."""
    if match := _WITH_PORT.fullmatch(seen):
        seen = match["v6"] or match["v4"] or ""
    try:
        found = ipaddress.ip_address(seen)
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped) if found.ipv4_mapped else found.packed[:NETWORK].hex()
    return seen


def _count(policy: Policy, who: str) -> Spent:
    now = time.time()
    window, past = divmod(int(now), policy.seconds)
    key = f"throttle:{policy.name}:{policy.seconds}:{window}:{who.replace(' ', '-')}"
    return Spent(policy, _incremented(key, policy.seconds), policy.seconds - past)


def _incremented(key: str, seconds: int) -> int:
    """The count under a key, with this one; 0 where the cache does not answer, since a site without a limit is better
    than none.
    """
    try:
        try:
            return cache.incr(key)
        except ValueError:  # the first one in its window; where two are, one of them adds and both count
            cache.add(key, 0, timeout=2 * seconds)
            return cache.incr(key)
    except Exception:  # each cache has errors of its own
        logger.warning("The cache does not answer: requests are not counted.", exc_info=True)
        return 0
