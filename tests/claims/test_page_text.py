"""From bytes to text: what is content, what stands around it, and what is not read at all."""

import pytest

from claims.child import Limits
from claims.page_text import PageReader, PageText, PageUnreadable, read_page
from tests.hostile.pages import pdf

pytestmark = pytest.mark.one_database

ARTICLE = """<!doctype html><html><head><title>Title</title><style>p { margin: 18000px }</style></head>
<body class="has-sidebar"><header><a href="/">Home 11</a></header><nav>Prices 22</nav>
<div class="layout-sidebar-left"><main><article>
<header><h1>What it costs</h1><p>Standfirst 33</p></header>
<p>It costs <span>$</span><b>35,000</b><sup>44</sup>, for 10<sup>6</sup> to&nbsp;build.</p>
<table><tr><td>$1</td><td>000</td></tr></table>
<p>Formerly <s>$5,500</s> only.</p>
<aside>Aside 66</aside>
<section><h2>References</h2><p>[1] 77</p><h3>More of them</h3><p>88</p></section>
<h2>Method</h2><p>Asked 99 people.</p>
</article></main></div>
<div class="sidebar-box">Sidebar 101</div><div id="ad-top">Buy for 102</div><div role="complementary">Also 103</div>
<ul class="related-posts"><li>Related 104</li></ul><script>var x = 105</script><noscript>106</noscript>
<footer>Footer 107</footer></body></html>"""


def read(text: str | bytes, *, media_type: str = "text/html", charset: str = "") -> PageText:
    return read_page(text if isinstance(text, bytes) else text.encode(), media_type=media_type, charset=charset)


def test_content_is_told_from_what_stands_around_it():
    page = read(ARTICLE)
    assert page.content == (
        "What it costs\nStandfirst 33\nIt costs $35,000 44 , for 10^6 to\u00a0build.\n$1\n000\nFormerly only.\nMethod\n"
        "Asked 99 people."
    )
    assert page.aside == (
        "Home 11\nPrices 22\n$5,500\nAside 66\nReferences\n[1] 77\nMore of them\n88\nSidebar 101\nBuy for 102\n"
        "Also 103\nRelated 104\nFooter 107"
    )


@pytest.mark.parametrize(
    "around",
    [
        "<nav>{}</nav>",
        "<header>{}</header>",
        "<footer>{}</footer>",
        "<aside>{}</aside>",
        "<del>{}</del>",
        "<div role=navigation>{}</div>",
        "<section role=doc-bibliography>{}</section>",
        "<ol class='references'><li>{}</ol>",
        "<div class='site-footer'>{}</div>",
        "<div class='x wp-sidebar'>{}</div>",
        "<div class='ads-slot-3'>{}</div>",
        "<div class=sponsored>{}</div>",
        "<div id=cookie-notice>{}</div>",
        "<h2>Further reading</h2><p>{}</p>",
        "<h2>References:</h2><p>{}</p>",
    ],
)
def test_what_stands_around_the_content(around):
    page = read(f"<p>Content.</p>{around.format('figure')}")
    assert "figure" not in page.content
    assert "figure" in page.aside


@pytest.mark.parametrize(
    "inside",
    [
        "<div class='has-sidebar'>{}</div>",
        "<div class='header-image'>{}</div>",
        "<div class=adhoc>{}</div>",
        "<div class=sidebar><h1>Title</h1>{}</div>",
        "<div class=banner><article>{}</article></div>",
        "<article class=related>{}</article>",
        "<article><header>{}</header></article>",
        "<header><h1>Title</h1>{}</header>",
        "<h2>References are few</h2><p>{}</p>",
        "<h2>References</h2><p>[1]</p><h2>Costs</h2><p>{}</p>",
        "<table><tr><td>{}</table>",
        "<dl><dt>x<dd>{}</dl>",
    ],
)
def test_what_cannot_be_told_apart_counts_as_content(inside):
    assert "figure" in read(f"<p>Content.</p>{inside.format('figure')}").content


def test_references_of_a_text_begin_at_their_heading_and_end_at_an_appendix():
    page = read("Costs 1\nREFERENCES\n[1] 2\nAppendix A: more\n3\n", media_type="text/plain")
    assert (page.content, page.aside) == ("Costs 1\nAppendix A: more\n3", "REFERENCES\n[1] 2")


def test_a_piece_that_is_taken_out_joins_nothing():
    page = read("<p>It costs $1<s>,</s>000 now, was <del>$2</del><del>,000</del>.</p>")
    assert page.content == "It costs $1 000 now, was ."
    assert page.aside == ",\n$2\n,000"


def test_a_pdf_is_read():
    page = read(
        pdf(b"BT /F1 12 Tf 50 700 Td (It costs $35,000 to pro-) Tj 0 -20 Td (duce it.) Tj ET"),
        media_type="application/pdf",
    )
    assert page.content == "It costs $35,000 to produce it."
    assert page.main == page.content


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        ("<p>£35 für José</p>".encode(), "utf-8"),
        ("<p>£35 für José</p>".encode(), ""),
        ("<p>£35 für José</p>".encode("latin-1"), "iso-8859-1"),
        ("<p>£35 für José</p>".encode("cp1252"), ""),
        ("<p>£35 für José</p>".encode("utf-16"), ""),
        ("\ufeff<p>£35 für José</p>".encode(), "iso-8859-1"),
        ("<meta charset='latin-1'><p>£35 für José</p>".encode("latin-1"), ""),
        ("<meta charset='no-such'><p>£35 für José</p>".encode(), "base64"),
    ],
)
def test_letters_survive(body, charset):
    assert read(body, charset=charset).content == "£35 für José"


@pytest.mark.parametrize(
    ("body", "media_type", "why"),
    [
        (b"", "text/html", "The page has no text."),
        (b"<html><body><script>1</script></body></html>", "text/html", "The page has no text."),
        (b"text\0more", "text/plain", "The answer is no text."),
        (b"%PDF-1.4 and nothing", "text/html", "The page is damaged and cannot be read."),
        (b"no pdf", "application/pdf", "The page is damaged and cannot be read."),
    ],
)
def test_what_has_no_text_is_said_to_have_none(body, media_type, why):
    with pytest.raises(PageUnreadable) as error:
        read(body, media_type=media_type)
    assert str(error.value) == why


def test_a_page_without_a_type_is_looked_at():
    assert read("<!doctype html><p>a<b>b</b>", media_type="").content == "ab"
    assert read("a <b>b</b>", media_type="").content == "a <b>b</b>"


def test_a_page_that_takes_too_long_is_given_up():
    slow = b"<p " + b" ".join(b"a%d=1" % n for n in range(200_000)) + b">x</p>"
    with PageReader(limits=Limits(seconds=0.6)) as reader, pytest.raises(PageUnreadable, match="takes longer"):
        reader.read(slow, media_type="text/html")


def test_a_page_that_takes_much_memory_is_given_up_and_the_next_is_read():
    with pytest.raises(PageUnreadable, match=r"memory|damaged"):
        read(b"<p>a<b>b</b><i>c" * 250_000)
    assert read("<p>next</p>").content == "next"


# --- The main text -------------------------------------------------------------------------------------------------

SENTENCES = " ".join(f"Sentence {n} says something about what a production system costs." for n in range(20))


def test_the_digest_is_that_of_the_main_text_alone():
    def page(menu: str, text: str = SENTENCES) -> PageText:
        return read(f"<html><body><nav>{menu}</nav><main><h1>Costs</h1><p>{text}</p></main><footer>{menu}</footer>")

    one = page("Home")
    assert one.digest.startswith("sha256:")
    assert len(one.digest) == 71
    assert page("Another menu").digest == one.digest
    assert page("Home", SENTENCES.replace(" ", "\n  ")).digest == one.digest
    assert page("Home", SENTENCES.replace("20", "21")).digest == one.digest  # it says no 20
    assert page("Home", SENTENCES.replace("19", "21")).digest != one.digest


def test_without_a_main_text_there_is_no_digest():
    assert PageText("content").digest == ""
