"""The words around a figure in English and Spanish: what sources print, and what we print. Data; no rule lives here."""

from __future__ import annotations

from collections.abc import Mapping

from claims.quantity_language import Kind, Language, all_of, numerals, periods
from claims.quantity_ratings import RATINGS
from claims.quantity_value import Bound

ENGLISH = Language(
    code="en",
    name="English",
    locale="en_001",
    decimal=".",
    group=",",
    example="1,500 or 1.5",
    range_word="to",
    median="median",
    of="of",
    units={
        "percentage_points": ("percentage point", "percentage points"),
        "examples": ("example", "examples"),
        "iterations": ("iteration", "iterations"),
        "months": ("month", "months"),
        "weeks": ("week", "weeks"),
        "days": ("day", "days"),
        "hours": ("hour", "hours"),
        "minutes": ("minute", "minutes"),
        "ms": ("ms", "ms"),
        "tokens": ("token", "tokens"),
        "requests": ("request", "requests"),
        "gb": ("GB", "GB"),
        "parameters": ("parameter", "parameters"),
        "gpus": ("GPU", "GPUs"),
        "models": ("model", "models"),
        "products": ("product", "products"),
    },
    pers={
        "project": "per project",
        "build": "per build",
        "run": "per run",
        "request": "per request",
        "month": "per month",
        "quarter": "per quarter",
        "year": "per year",
        "week": "per week",
        "day": "per day",
        "hour": "per hour",
        "million_tokens": "per million tokens",
        "example": "per example",
        "prompt": "per prompt",
        "query": "per query",
    },
    bounds={Bound.AT_LEAST: "at least", Bound.AT_MOST: "at most", Bound.UP_TO: "up to", Bound.ABOUT: "about"},
    word_numbers={
        "tens": "tens",
        "hundreds": "hundreds",
        "thousands": "thousands",
        "tens_of_thousands": "tens of thousands",
        "hundreds_of_thousands": "hundreds of thousands",
        "millions": "millions",
        "billions": "billions",
    },
    ratings={code: english for code, (english, _) in RATINGS.items()},
    phrases={
        Kind.UNIT: {
            **all_of("percent", "%|percent|per cent"),
            **all_of("percentage_points", "points|point|pp|p.p.|percentage-point|percentage-points"),
            **all_of("ratio", "x|×|times|-fold|fold"),
            **all_of("examples", "sample|samples|records|record"),
            **all_of("months", "mo|mos"),
            **all_of("weeks", "wk|wks"),
            **all_of("hours", "hr|hrs|h"),
            **all_of("minutes", "min|mins"),
            **all_of("ms", "millisecond|milliseconds"),
            **all_of("tokens", "tok|toks"),
            **all_of("requests", "query|queries|call|calls|api call|api calls|prompts"),
            **all_of("gb", "gigabyte|gigabytes"),
            **all_of("parameters", "params|param"),
            **all_of("iterations", "rounds|round"),
        },
        Kind.PER: {
            **periods(
                {
                    "project": "project", "build": "build", "run": "run|training run", "request": "request|call|api call",
                    "month": "month|mo", "quarter": "quarter", "year": "year|yr", "week": "week", "day": "day",
                    "hour": "hour|hr|h",
                    "million_tokens": "million tokens|m tokens|1m tokens|1 m tokens|1 million tokens|mtok|mtoks",
                    "example": "example", "prompt": "prompt", "query": "query",
                },
                "per {}|/{}|/ {}|a {}|an {}|each {}|every {}",
            ),
            **all_of("month", "monthly"), **all_of("quarter", "quarterly"), **all_of("day", "daily"),
            **all_of("year", "yearly|annually|p.a.|per annum"),
            **all_of("build", "to build|to implement|to develop|to design"),
        },
        Kind.BOUND: {
            **all_of(
                "at_least",
                "over|more than|above|greater than|exceed|exceeds|exceeding|can exceed|upwards of|minimum|minimum of|"
                "a minimum of|no less than|no fewer than|not less than|or more|and more|and up|≥|>=|>",
            ),
            **all_of(
                "at_most",
                "under|below|less than|fewer than|lower than|no more than|not more than|maximum|maximum of|"
                "a maximum of|within|or less|or fewer|≤|<=|<",
            ),
            **all_of(
                "about", "around|roughly|approximately|approx.|approx|circa|ca.|~|≈|almost|nearly|close to|an estimated"
            ),
        },
        Kind.WORD_NUMBER: all_of("thousands", "several thousand") | all_of("hundreds", "several hundred"),
        Kind.SCALE: {
            **all_of("1000", "thousand"), **all_of("1000000", "million|mn"), **all_of("1000000000", "billion|bn"),
        },
        Kind.HALF: all_of("50", "half"),
        Kind.NUMBER: numerals(
            "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
            "seventeen eighteen nineteen twenty"
        ),
        Kind.FROM: all_of("", "from|starting at"),
        Kind.BETWEEN: all_of("", "between"),
        Kind.AND: all_of("", "and"),
        Kind.CURRENCY: all_of("USD", "dollars|dollar") | all_of("EUR", "euros|euro") | all_of("GBP", "pounds|pound"),
        Kind.FILLER: all_of(
            "",
            "a|an|the|of|in|with|only|just|total|typically|usually|high-quality|quality|consistent|validated|curated|"
            "labelled|labeled|annotated|good|training|engineering|time|gpu|compute|(|)|,|;|...",
        ),
    },
)  # fmt: skip

SPANISH = Language(
    code="es",
    name="Spanish",
    locale="es",
    decimal=",",
    group=".",
    example="1.500 o 1,5",
    range_word="a",
    median="mediana",
    of="de",
    units={
        "percentage_points": ("punto porcentual", "puntos porcentuales"),
        "examples": ("ejemplo", "ejemplos"),
        "iterations": ("iteración", "iteraciones"),
        "months": ("mes", "meses"),
        "weeks": ("semana", "semanas"),
        "days": ("día", "días"),
        "hours": ("hora", "horas"),
        "minutes": ("minuto", "minutos"),
        "ms": ("ms", "ms"),
        "tokens": ("token", "tokens"),
        "requests": ("solicitud", "solicitudes"),
        "gb": ("GB", "GB"),
        "parameters": ("parámetro", "parámetros"),
        "gpus": ("GPU", "GPU"),
        "models": ("modelo", "modelos"),
        "products": ("producto", "productos"),
    },
    pers={
        "project": "por proyecto",
        "build": "por implantación",
        "run": "por entrenamiento",
        "request": "por solicitud",
        "month": "al mes",
        "quarter": "al trimestre",
        "year": "al año",
        "week": "a la semana",
        "day": "al día",
        "hour": "por hora",
        "million_tokens": "por millón de tokens",
        "example": "por cada ejemplo",
        "prompt": "por instrucción",
        "query": "por consulta",
    },
    bounds={
        Bound.AT_LEAST: "al menos", Bound.AT_MOST: "como máximo", Bound.UP_TO: "hasta", Bound.ABOUT: "alrededor de",
    },
    word_numbers={
        "tens": "decenas",
        "hundreds": "cientos",
        "thousands": "miles",
        "tens_of_thousands": "decenas de miles",
        "hundreds_of_thousands": "cientos de miles",
        "millions": "millones",
        "billions": "miles de millones",
    },
    ratings={code: spanish for code, (_, spanish) in RATINGS.items()},
    phrases={
        Kind.UNIT: {
            **all_of("percent", "%|por ciento"),
            **all_of("percentage_points", "puntos|punto|pp|p.p.|p. p."),
            **all_of("ratio", "x|×|veces"),
            **all_of("examples", "muestras|muestra"),
            **all_of("hours", "h"),
            **all_of("minutes", "min"),
            **all_of("ms", "milisegundos|milisegundo"),
            **all_of("requests", "consultas|consulta|peticiones|petición|llamadas|llamada"),
            **all_of("iterations", "rondas|ronda"),
        },
        Kind.PER: {
            **periods(
                {
                    "project": "proyecto", "build": "implantación", "run": "entrenamiento|ejecución",
                    "request": "solicitud|petición|llamada", "month": "mes", "quarter": "trimestre", "year": "año",
                    "week": "semana", "day": "día", "hour": "hora|h",
                    "million_tokens": "millón de tokens|1 m de tokens|1m de tokens|1m tokens|1 millón de tokens|m tokens",
                    "example": "ejemplo", "prompt": "instrucción|prompt", "query": "consulta",
                },
                "por {}|/{}|/ {}|al {}|a la {}|cada {}|por cada {}",
            ),
            **all_of("month", "mensual|mensuales"), **all_of("quarter", "trimestral|trimestrales"),
            **all_of("year", "anual|anuales"), **all_of("day", "diario|diarios|diarias"),
        },
        Kind.BOUND: {
            **all_of(
                "at_least",
                "como mínimo|más de|superior a|por encima de|un mínimo de|mínimo|a partir de|no menos de|o más|≥|>=|>",
            ),
            **all_of(
                "at_most",
                "a lo sumo|menos de|inferior a|por debajo de|un máximo de|máximo|no más de|o menos|≤|<=|<",
            ),
            **all_of("about", "aproximadamente|aprox.|aprox|unos|unas|cerca de|casi|en torno a|~|≈"),
        },
        Kind.WORD_NUMBER: all_of("thousands", "varios miles"),
        Kind.SCALE: {
            **all_of("1000", "mil"), **all_of("1000000", "millón|millones"), **all_of("1000000000", "mil millones"),
        },
        Kind.HALF: all_of("50", "la mitad|mitad"),
        Kind.NUMBER: all_of("1", "uno|una") | numerals(
            "un dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete "
            "dieciocho diecinueve veinte"
        ),
        Kind.FROM: all_of("", "desde"),
        Kind.BETWEEN: all_of("", "entre"),
        Kind.AND: all_of("", "y"),
        Kind.CURRENCY: all_of("USD", "dólares|dólar") | all_of("EUR", "euros|euro") | all_of("GBP", "libras|libra"),
        Kind.FILLER: all_of(
            "",
            "de|del|la|el|los|las|con|una|en|solo|total|normalmente|validados|validadas|"
            "de alta calidad|de calidad|ingeniería|tiempo|cómputo|(|)|,|;|...",
        ),
    },
)  # fmt: skip

LANGUAGES: Mapping[str, Language] = {"en": ENGLISH, "es": SPANISH}


def language_of(code: str) -> Language:
    """The language of "en", "es", "en-GB", "es_AR"…; ValueError for one that has no words here."""
    language = LANGUAGES.get(code.replace("_", "-").split("-")[0].lower())
    if language is None:
        raise ValueError(f"No wording for the language “{code}”; there is {' and '.join(LANGUAGES)}.")
    return language
