"""The page of a body of evidence: what stands side by side, what does not and why, and what is said of the whole."""

import re
from datetime import date
from decimal import Decimal

import pytest
import time_machine

from claims import bodies, body_views, forest, operations
from claims.alike import alike
from claims.quantity import parse
from tests.claims import factories as make
from tests.claims.disagreeing import amount, rate
from tests.claims.factories import NOON

pytestmark = pytest.mark.django_db
TODAY = NOON.date()
PAGE = "/compare/build-cost/rag/"


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def shelf() -> None:
    """Five amounts on one scale, of which two pairs disagree, one in pounds, one in words, one of another subject."""
    other = make.source("report", publisher="An Institute", reliability="A", published_on=date(2026, 1, 1))
    carrier = make.source("carrier", publisher="A Carrier")
    production = amount("production", 18_000, 45_000, likely=28_000, scope={"tier": "production"})
    amount("floor", 9_000, None, scope={"tier": "production"}, citations=[make.citation(source=other)])
    basic = amount("basic", 5_000, 9_000, scope={"tier": "basic"})
    amount(
        "point",
        200_000,
        200_000,
        scope={"role": "case"},
        citations=[make.citation(source=carrier, attributed_to=other)],
    )
    amount("ceiling", None, 20_000, scope={}, per="project")
    amount("pounds", 1_000, 2_000, currency="GBP", scope={})
    amount("stranger", 1, 2, subject=make.subject("lora"))
    conflict = operations.record_conflict(
        by=make.editor(), at=NOON, claims=(production.claim, basic.claim), relation="disjoint"
    )
    operations.settle_conflict(
        by=make.reviewer(), at=NOON, conflict=conflict, state="contested", reason="Nobody shows it."
    )
    operations.check(by=make.editor(), at=NOON, claim=production.claim, kind="read_in_context", on=date(2026, 11, 20))
    operations.check(by=make.editor(), at=NOON, claim=basic.claim, kind="read_in_context", on=date(2026, 3, 4))


def body() -> bodies.Body:
    return bodies.body(make.subject(), make.metric(), on=TODAY)


def test_figures_stand_in_groups_of_one_scope_on_one_scale(shelf) -> None:
    found = body()
    [plot] = found.plots
    assert (found.count, plot.counted_in, plot.scale.logarithmic) == (6, "USD", True)
    assert [(dict(group.scope), [e.document["slug"] for e in group.entries]) for group in plot.groups] == [
        ({"role": "case"}, ["point"]),
        ({}, ["ceiling"]),
        ({"tier": "basic"}, ["basic"]),
        ({"tier": "production"}, ["floor", "production"]),
    ]


def test_what_is_not_compared_says_why(shelf) -> None:
    assert [(entry.document["slug"], why) for entry, why in body().alone] == [
        ("pounds", "the only figure in GBP; no exchange rate is published for GBP")
    ]


def test_two_currencies_stand_on_one_axis_with_the_rate_and_its_day_said(shelf, client) -> None:
    rate("GBP", "0.8")
    found = body()
    [plot] = found.plots
    [pounds] = [entry for entry in plot.entries if entry.conversion]
    assert (found.alone, len(plot.entries), plot.counted_in) == ([], 6, "USD")
    assert (pounds.document["slug"], pounds.value.low, pounds.value.high) == ("pounds", 1_250, 2_500)
    page = client.get(PAGE).content.decode()
    assert re.search(
        r'GBP 1 is compared as USD 1\.25, <a href="/claims/usd-gbp-2026-11-20/">the rate of '
        r'<time datetime="2026-11-20">20 November 2026</time></a>\.',
        page,
    )
    assert "<b>£1,000–2,000</b>" in page
    assert "compared as US$1,250–2,500, at the rate of 20 November 2026" in page
    assert "A Blog: US$1,250–2,500" in page


def test_amounts_are_converted_into_the_currency_that_most_are_in_and_dollars_win_a_tie() -> None:
    rate("GBP", "0.8")
    rate("EUR", "0.5")
    amount("dollars", 1_000, 2_000)
    amount("euros", 1_000, 2_000, currency="EUR", scope={"tier": "basic"})
    amount("rent", 100, 200, currency="GBP", per="month")
    assert [plot.counted_in for plot in body().plots] == ["USD"]
    amount("more-euros", 1_000, 3_000, currency="EUR", scope={"tier": "basic"})
    amount("pounds", 800, 1_600, currency="GBP", scope={"role": "case"})
    [plot] = body().plots
    assert {entry.document["slug"]: (entry.value.currency, entry.value.low) for entry in plot.entries} == {
        "dollars": ("EUR", 500),
        "euros": ("EUR", 1_000),
        "more-euros": ("EUR", 1_000),
        "pounds": ("EUR", 500),
    }
    assert [one.base for one in plot.conversions] == ["GBP", "USD"]
    assert [rate.slug for rate in plot.conversions[0].through] == ["usd-gbp-2026-11-20", "usd-eur-2026-11-20"]
    assert [(entry.document["slug"], entry.value.currency) for entry, _ in body().alone] == [("rent", "GBP")]


def test_the_whole_has_its_independent_sources_and_the_oldest_day(shelf) -> None:
    found = body()
    assert found.independent_sources == 2  # a blog, and an institute with the one who carries its figure
    assert (found.oldest_reading, found.never_read, found.contested) == (date(2026, 3, 4), 4, 4)


def test_a_figure_weighs_less_the_longer_ago_it_was_read(shelf) -> None:
    weights = {entry.document["slug"]: entry.weight for entry in body().entries}
    assert weights["production"] == pytest.approx(2 ** (-2 / 548))
    assert weights["basic"] == pytest.approx(2 ** (-263 / 548))


def test_the_page_says_all_of_it(shelf, client) -> None:
    operations.judge_certainty(
        by=make.editor(), at=NOON, subject=make.subject(), metric=make.metric(), scope={}, starts_from="moderate",
        reasons=[{"code": "inconsistency", "steps": 2, "note": "They do not meet."}], note="Plan for yourself.",
    )  # fmt: skip
    page = client.get(PAGE).content.decode()
    for words in (
        "5 of 6 claims, open at both ends, 4 of them contested.",
        "2 independent sources stand behind them", "4 March 2026", "4 never read since publication", "No mean is given",
        "no exchange rate is published for GBP", "Two steps down", "They do not meet.", "Plan for yourself.",
        "Genuinely contested.", "Nobody shows it.", "Decided on 22 November 2026.", "The scale is logarithmic.",
    ):  # fmt: skip
        assert words in page, words
    assert "Judge these claims" not in page


def test_the_picture_has_a_title_a_description_and_a_table(shelf, client) -> None:
    page = client.get(PAGE).content.decode()
    pictures = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(pictures) == 2  # a wide and a narrow one
    for picture in pictures:
        assert 'role="img"' in picture
        assert "<title" in picture
        assert "A Blog: US$18,000–45,000 (median 28,000), contested" in picture
        assert "style=" not in picture
    ids = re.findall(r'id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for slug in ("production", "floor", "basic", "point", "ceiling"):
        assert page.count(f'href="/claims/{slug}/"') >= 1


def test_contested_is_said_in_words_and_not_by_colour_alone(shelf) -> None:
    found = body()
    picture = forest.draw(found.plots[0], chart_id="c", title="t", description="d", width=forest.WIDE)
    assert len(re.findall(r">C3, \w+, contested<", picture)) == 4


def test_every_mark_stays_within_the_picture(shelf) -> None:
    [plot] = body().plots
    for width in (forest.WIDE, forest.NARROW):
        picture = forest.draw(plot, chart_id="c", title="t", description="d", width=width)
        for x, w in re.findall(r'<rect x="([-\d.]+)" y="[-\d.]+" width="([\d.]+)"', picture):
            assert 0 <= float(x) <= float(x) + float(w) <= width
        for x in re.findall(r'<line x1="([-\d.]+)"', picture):
            assert 0 <= float(x) <= width
        for path in re.findall(r'<path d="M([^"]+)Z"', picture):
            for point in path.split("L"):
                assert 0 <= float(point.split()[0]) <= width


def test_what_people_typed_is_never_markup(client) -> None:
    hostile = make.source("hostile", publisher="<script>alert(1)</script>", title="<b>x</b>")
    amount("one", 1, 2, citations=[make.citation(source=hostile)])
    amount("two", 3, 4)
    page = client.get(PAGE).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_page_with_one_claim_and_one_with_words(client) -> None:
    amount("one", 1_000, 2_000)
    page = client.get(PAGE).content.decode()
    assert "1 claim, and no two figures that can be laid side by side." in page
    assert "there is nothing to compare it with" in page
    assert "nobody has judged these claims together yet" in page
    assert "No conflict is recorded" in page
    rules = make.metric("decision-rule", units=["rating"], ratings=["cheapest_first"])
    make.publish("rule", metric=rules, low=None, likely=None, high=None, rating="cheapest_first", unit="rating", currency="", per="")  # fmt: skip
    assert "In words, which have no place on a scale" in client.get("/compare/decision-rule/rag/").content.decode()


def test_a_question_without_claims_and_one_that_does_not_exist(client) -> None:
    make.metric(), make.subject()
    assert "No claim is published on this question." in client.get(PAGE).content.decode()
    assert client.get("/compare/nothing/rag/").status_code == 404
    assert client.get("/compare/build-cost/nothing/").status_code == 404
    assert client.post(PAGE).status_code == 405


def test_only_who_may_judge_is_led_to_the_page_to_judge(shelf, client) -> None:
    client.force_login(make.editor())
    assert (
        "/admin/claims/certaintyjudgement/add/?subject=rag&amp;metric=build-cost" in client.get(PAGE).content.decode()
    )
    client.force_login(make.person("consultant"))
    assert "certaintyjudgement" not in client.get(PAGE).content.decode()


def test_the_page_is_linked_from_the_claim_and_from_side_by_side(shelf, client) -> None:
    assert f'href="{PAGE}"' in client.get("/claims/production/").content.decode()
    assert f'href="{PAGE}"' in client.get("/compare/build-cost/").content.decode()
    assert f'href="{PAGE}"' in client.get("/topics/costs/").content.decode()


def test_the_number_of_queries_does_not_grow_with_the_claims(shelf, client, django_assert_max_num_queries) -> None:
    for number in range(20):
        amount(f"more-{number}", 1_000 + number, 3_000 + number)
    with django_assert_max_num_queries(11):
        bodies.body(make.subject(), make.metric(), on=TODAY)


def test_a_long_list_is_cut_and_says_so(client, monkeypatch) -> None:
    monkeypatch.setattr(bodies, "MOST", 2)
    for number in range(3):
        amount(f"one-{number}", 1_000 + number, 3_000 + number)
    page = client.get(PAGE).content.decode()
    assert "2 of 3 claims are shown." in page
    assert "/claims/?metric=build-cost&amp;subject=rag" in page


@pytest.mark.parametrize(
    ("printed", "metric", "compared"),
    [
        ("70–90%", "cost-saving", ("3.33333333333333", "10", "ratio", None)),
        ("100%", "cost-saving", ("100", "100", "percent", None)),
        ("70–90%", "share-of-cases", ("70", "90", "percent", None)),
        ("$12,000 per year", "hosting-cost", ("1000.00000000000", "1000.00000000000", "currency", "month")),
        ("2 weeks", "time-to-production", ("0.459958932238193", "0.459958932238193", "months", None)),
    ],
)
def test_values_are_made_alike(printed, metric, compared) -> None:
    value = alike(parse(printed), metric)
    assert (str(value.low), str(value.high), value.unit, value.per) == compared


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        ("US$1", "US$2", "from US$1 to US$2"),
        (None, "US$2", "up to US$2 and open below"),
        ("US$1", None, "from US$1 upwards, open above"),
        (None, None, "open at both ends"),
    ],
)
def test_the_reach_of_a_body_in_words(low, high, words) -> None:
    assert body_views._reach(low, high) == words


def test_a_converted_figure_is_said_to_three_digits(client) -> None:
    months = make.metric("time-to-production", units=["weeks", "months"])
    for slug, weeks in (("two", 2), ("three", 3)):
        make.publish(slug, metric=months, low=weeks, likely=weeks, high=weeks, unit="weeks", currency="", per="")
    page = client.get("/compare/time-to-production/rag/").content.decode()
    assert "2 claims, from 0.46 months to 0.69 months, 2 of them contested." in page
    assert "compared as 0.46 months" in page


def test_the_scale_has_ticks_between_its_ends(shelf) -> None:
    [plot] = body().plots
    assert plot.scale.ticks() == [
        (Decimal(5000), "US$5K"),
        (Decimal(10000), "US$10K"),
        (Decimal(100000), "US$100K"),
        (Decimal(200000), "US$200K"),
    ]
