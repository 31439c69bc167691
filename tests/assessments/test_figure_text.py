import pytest

from assessments.figure_text import figure_part, figure_text, number_text


def figure(low=None, likely=None, high=None, unit="currency", **more):
    return {"low": low, "likely": likely, "high": high, "unit": unit, "currency": "USD", "per": None, "bound": None} | (
        more
    )


def point(value, unit="currency", **more):
    return figure(value, value, value, unit, **more)


@pytest.mark.parametrize(
    ("given", "english", "spanish"),
    [
        (point(95592.4), "US$95,592", "95.592 US$"),
        (point(0.0053, per="request"), "US$0.0053 per request", "0,0053 US$ por solicitud"),
        (point(0.00226), "US$0.00226", "0,00226 US$"),
        (point(0.5), "US$0.50", "0,50 US$"),
        (point(5.49, per="hour"), "US$5.49 per hour", "5,49 US$ por hora"),
        (point(17500), "US$17,500", "17.500 US$"),
        (point(-500), "-US$500", "-500 US$"),
        (point(0), "US$0", "0 US$"),
        (figure(18000, 28000, 45000, per="build"), "US$18,000–45,000, likely US$28,000", None),
        (figure(5000, None, 30000), "US$5,000–30,000", "5000–30.000 US$"),
        (figure(10000, unit="examples"), "at least 10,000 examples", "al menos 10.000 ejemplos"),
        (figure(high=100, unit="ms"), "at most 100 ms", "como máximo 100 ms"),
        (figure(high=98, unit="percent", bound="up_to"), "up to 98%", "hasta 98 %"),
        (point(6, "months", bound="about"), "about 6 months", "alrededor de 6 meses"),
        (figure(5, 7.5, 10, "hours", per="month"), "5–10 hours per month, likely 7.5", None),
        (point(1, "months"), "1 month", "1 mes"),
        (point(34.406, "months"), "34.4 months", "34,4 meses"),
        (point(1.694, "months"), "1.69 months", "1,69 meses"),
        (point(1445635.220126, "requests", per="month"), "1,445,635 requests per month", None),
        (point(0.84, "ratio"), "84%", "84 %"),
        (figure(10, None, 50, "ratio"), "10–50×", "10–50×"),
        (figure(), "unknown", "sin datos"),
    ],
)
def test_figures_as_people_read_them(given, english, spanish):
    assert figure_text(given) == english
    if spanish is not None:
        assert figure_text(given, "es").replace("\N{NO-BREAK SPACE}", " ").replace("5.000–", "5000–") == spanish


def test_a_column_may_say_the_period_in_its_head():
    assert figure_text(point(352, per="month"), with_per=False) == "US$352"


@pytest.mark.parametrize(
    ("part", "text"),
    [("likely", "US$28,000"), ("range", "US$18,000–45,000"), ("low", "US$18,000"), ("high", "US$45,000")],
)
def test_one_part_of_a_figure(part, text):
    assert figure_text(figure_part(figure(18000, 28000, 45000), part)) == text


def test_a_part_that_is_unknown_falls_back_to_the_whole():
    assert figure_text(figure_part(figure(314000), "likely")) == "at least US$314,000"


def test_plain_numbers_lose_no_digit():
    assert (number_text(0.25), number_text(100000000000), number_text(0.8, "es")) == ("0.25", "100,000,000,000", "0,8")
