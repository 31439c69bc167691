"""The XMP packet of a report: who wrote what and when, and which standards the file keeps (PDF/A-3a, PDF/UA-1).

PDF/A knows no property of PDF/UA, so the packet describes that one itself (ISO 19005-3, 6.6.2.3.3).
"""

import uuid
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

HEAD = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
NAMESPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
    "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
}
STANDARDS = """<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>A</pdfaid:conformance>
<pdfuaid:part>1</pdfuaid:part>
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>"""


def packet(metadata: Any, *, producer: str, identifier: str, conforms: bool) -> bytes:
    """The packet for WeasyPrint's `DocumentMetadata`. The same arguments give the same bytes.

    `producer` as in the information dictionary; `identifier` stands for the content, an empty one for none;
    `conforms`: whether the file may say that it keeps both standards.
    """
    lines = [f"<dc:format>application/pdf</dc:format>\n<pdf:Producer>{escape(producer)}</pdf:Producer>"]
    lines += _in_words("dc:title", metadata.title)
    lines += _listed("dc:creator", "Seq", metadata.authors)
    lines += _in_words("dc:description", metadata.description)
    lines += _listed("dc:subject", "Bag", metadata.keywords)
    lines += _plain("pdf:Keywords", ", ".join(metadata.keywords))
    lines += _listed("dc:language", "Bag", [metadata.lang] if metadata.lang else [])
    lines += _plain("xmp:CreatorTool", metadata.generator)
    lines += _plain("xmp:CreateDate", metadata.created)
    lines += _plain("xmp:ModifyDate", metadata.modified)
    lines += _plain("xmp:MetadataDate", metadata.modified)
    if identifier:
        name = uuid.uuid5(uuid.NAMESPACE_URL, identifier)
        lines += _plain("dc:identifier", identifier)
        lines += [f"<xmpMM:DocumentID>uuid:{name}</xmpMM:DocumentID>\n<xmpMM:InstanceID>uuid:{name}</xmpMM:InstanceID>"]
    lines += [STANDARDS] if conforms else []
    spaces = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    body = "\n".join(lines)
    return (
        f'{HEAD}\n<x:xmpmeta xmlns:x="adobe:ns:meta/">\n<rdf:RDF{spaces}>\n<rdf:Description rdf:about="">\n'
        f'{body}\n</rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end="r"?>'
    ).encode()


def _plain(name: str, text: str | None) -> list[str]:
    return [f"<{name}>{escape(text)}</{name}>"] if text else []


def _in_words(name: str, text: str | None) -> list[str]:
    alternative = f'<rdf:Alt><rdf:li xml:lang="x-default">{escape(text or "")}</rdf:li></rdf:Alt>'
    return [f"<{name}>{alternative}</{name}>"] if text else []


def _listed(name: str, container: str, texts: Sequence[str]) -> list[str]:
    items = "".join(f"<rdf:li>{escape(text)}</rdf:li>" for text in texts)
    return [f"<{name}><rdf:{container}>{items}</rdf:{container}></{name}>"] if texts else []
