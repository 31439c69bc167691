"""Pages as a reader has them before the eyes."""

import re
from html import unescape

from django.utils.html import strip_tags


def page(client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def words(html: str) -> str:
    """What a reader sees, blocks parted by a space."""
    parted = re.sub(r"</(?:p|dt|dd|td|th|li|h\d|code|time)>", r"\g<0> ", html)
    return " ".join(unescape(strip_tags(parted)).split())


def rows(html: str) -> list[str]:
    return re.findall(r'claim-row-statement"><a href="/claims/([\w-]+)/"', html)
