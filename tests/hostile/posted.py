"""Answers to something that was handed over."""

from tests.hostile.exchange import Exchange, behaviour


@behaviour
def posted_wait_a_minute(exchange: Exchange) -> None:
    exchange.answer(b"later", "Retry-After: 60", status="503 Service Unavailable")


@behaviour
def posted_nothing_to_say(exchange: Exchange) -> None:
    exchange.answer(b"", status="204 No Content")


@behaviour
def posted_no_text(exchange: Exchange) -> None:
    exchange.answer(b"a\0b\xff")


@behaviour
def posted_says_it_and_waits(exchange: Exchange) -> None:
    exchange.head("Content-Length: 20")
    exchange.send(b"thank you")
    exchange.hold()


@behaviour
def posted_when_four_have_asked(exchange: Exchange) -> None:
    """Nobody is answered before four have asked: who asks one after the other is never answered."""
    while len(exchange.server.requests) < 4:
        if exchange.server.closing.wait(0.01):
            return
    exchange.answer(b"thank you")


@behaviour
def posted_markup(exchange: Exchange) -> None:
    exchange.answer(b"<script>alert(1)</script>")
