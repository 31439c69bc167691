"""What a server can do with a request, short of the page itself: each is a function, named in its address."""

import gzip
import time
import zlib

from tests.hostile.exchange import PAGE, Exchange, behaviour, zeros

# --- As it should be -----------------------------------------------------------------------------------------------


@behaviour
def good(exchange: Exchange) -> None:
    exchange.answer()


@behaviour
def not_found(exchange: Exchange) -> None:
    exchange.answer(b"", status="404 Not Found")


@behaviour
def removed(exchange: Exchange) -> None:
    exchange.answer(b"", status="410 Gone")


@behaviour
def packed(exchange: Exchange) -> None:
    exchange.answer(gzip.compress(PAGE), "Content-Encoding: gzip")


@behaviour
def packed_in_two_members(exchange: Exchange) -> None:
    exchange.answer(gzip.compress(PAGE[:50]) + gzip.compress(PAGE[50:]), "Content-Encoding: gzip")


@behaviour
def packed_without_frame(exchange: Exchange) -> None:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    exchange.answer(packer.compress(PAGE) + packer.flush(), "Content-Encoding: deflate")


# --- Too much, too slow --------------------------------------------------------------------------------------------


@behaviour
def endless_body(exchange: Exchange) -> None:
    exchange.head()
    exchange.for_ever(b"word " * 13000)


@behaviour
def endless_chunks(exchange: Exchange) -> None:
    exchange.head("Transfer-Encoding: chunked")
    exchange.for_ever(b"8000\r\n" + b"x" * 0x8000 + b"\r\n")


@behaviour
def tiny_chunks(exchange: Exchange) -> None:
    exchange.head("Transfer-Encoding: chunked")
    exchange.for_ever(b"1;" + b"e" * 8000 + b"\r\nx\r\n")


@behaviour
def slow_bytes(exchange: Exchange) -> None:
    exchange.head("Content-Length: 100000")
    exchange.for_ever(b"x", pause=0.05)


@behaviour
def slow_head(exchange: Exchange) -> None:
    exchange.send(b"HTTP/1.1 200 OK\r\n")
    exchange.for_ever(b"X-A: b\r\n", pause=0.05)


@behaviour
def no_answer(exchange: Exchange) -> None:
    exchange.hold()


@behaviour
def stops_in_body(exchange: Exchange) -> None:
    exchange.head("Content-Length: 100000")
    exchange.send(b"x" * 5000)
    exchange.hold()


@behaviour
def endless_head(exchange: Exchange) -> None:
    exchange.send(b"HTTP/1.1 200 OK\r\n")
    exchange.for_ever(b"X-Padding: " + b"p" * 4000 + b"\r\n")


@behaviour
def one_huge_header(exchange: Exchange) -> None:
    exchange.send(b"HTTP/1.1 200 OK\r\nX-Padding: ")
    exchange.for_ever(b"p" * 65536)


@behaviour
def endless_trailers(exchange: Exchange) -> None:
    exchange.head("Transfer-Encoding: chunked")
    exchange.send(b"1\r\nx\r\n0\r\n")
    exchange.for_ever(b"X-Trailer: " + b"t" * 4000 + b"\r\n")


@behaviour
def continue_for_ever(exchange: Exchange) -> None:
    exchange.for_ever(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)


@behaviour
def says_it_is_huge(exchange: Exchange) -> None:
    exchange.answer(PAGE, length=10**13)


@behaviour
def gzip_bomb(exchange: Exchange) -> None:
    exchange.answer(zeros(16 + zlib.MAX_WBITS), "Content-Encoding: gzip")


@behaviour
def deflate_bomb(exchange: Exchange) -> None:
    exchange.answer(zeros(zlib.MAX_WBITS), "Content-Encoding: deflate")


@behaviour
def gzip_in_gzip(exchange: Exchange) -> None:
    exchange.answer(gzip.compress(zeros(16 + zlib.MAX_WBITS)), "Content-Encoding: gzip, gzip")


@behaviour
def gzip_members_for_ever(exchange: Exchange) -> None:
    exchange.head("Content-Encoding: gzip")
    exchange.for_ever(gzip.compress(b"") * 500)


# --- Not what it says ----------------------------------------------------------------------------------------------


@behaviour
def packed_unasked(exchange: Exchange) -> None:
    exchange.answer(PAGE, "Content-Encoding: br")


@behaviour
def packed_and_damaged(exchange: Exchange) -> None:
    exchange.answer(gzip.compress(PAGE)[:30] + b"\xff" * 40, "Content-Encoding: gzip")


@behaviour
def packed_and_cut(exchange: Exchange) -> None:
    exchange.answer(gzip.compress(PAGE)[:-20], "Content-Encoding: gzip")


@behaviour
def longer_than_declared(exchange: Exchange) -> None:
    exchange.answer(PAGE + b"more" * 1000, length=len(PAGE))


@behaviour
def shorter_than_declared(exchange: Exchange) -> None:
    exchange.answer(PAGE, length=len(PAGE) + 1000)


@behaviour
def two_lengths(exchange: Exchange) -> None:
    exchange.answer(PAGE, "Content-Length: 5")


@behaviour
def no_number_as_length(exchange: Exchange) -> None:
    exchange.answer(PAGE, length="-1")


@behaviour
def broken_chunks(exchange: Exchange) -> None:
    exchange.head("Transfer-Encoding: chunked")
    exchange.send(b"zz\r\nno chunk\r\n")


@behaviour
def chunk_size_for_ever(exchange: Exchange) -> None:
    exchange.head("Transfer-Encoding: chunked")
    exchange.for_ever(b"0" * 4096)


@behaviour
def chunks_cut(exchange: Exchange) -> None:
    exchange.head("Transfer-Encoding: chunked")
    exchange.send(b"ffff\r\nshort")


@behaviour
def reset_in_body(exchange: Exchange) -> None:
    exchange.head("Content-Length: 100000")
    exchange.send(b"x" * 1000)
    time.sleep(0.1)
    exchange.reset()


@behaviour
def reset_before_answer(exchange: Exchange) -> None:
    exchange.reset()


@behaviour
def closes_before_answer(exchange: Exchange) -> None:
    exchange.connection.close()


@behaviour
def no_head(exchange: Exchange) -> None:
    exchange.send(PAGE)


@behaviour
def another_protocol(exchange: Exchange) -> None:
    exchange.send(b"SSH-2.0-OpenSSH_9.2\r\n")


@behaviour
def switches_protocol(exchange: Exchange) -> None:
    exchange.send(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
    exchange.for_ever(b"\x81\x05hello")


@behaviour
def picture(exchange: Exchange) -> None:
    exchange.answer(b"\x89PNG\r\n\x1a\n" + bytes(1000), "Content-Type: image/png")


@behaviour
def binary_as_page(exchange: Exchange) -> None:
    exchange.answer(bytes(range(256)) * 100, "Content-Type: text/html")


@behaviour
def nothing_inside(exchange: Exchange) -> None:
    exchange.answer(b"")


@behaviour
def no_content(exchange: Exchange) -> None:
    exchange.send(b"HTTP/1.1 204 No Content\r\n\r\n")


# --- Elsewhere -----------------------------------------------------------------------------------------------------


@behaviour
def redirect_to_itself(exchange: Exchange) -> None:
    exchange.redirect(exchange.path)


@behaviour
def redirect_in_a_ring(exchange: Exchange) -> None:
    exchange.redirect("/redirect_in_a_ring?b" if exchange.path.endswith("?a") else "/redirect_in_a_ring?a")


@behaviour
def redirect_for_ever(exchange: Exchange) -> None:
    exchange.redirect(f"/redirect_for_ever?{len(exchange.server.requests)}")


@behaviour
def redirect_without_address(exchange: Exchange) -> None:
    exchange.answer(b"", status="302 Found")


@behaviour
def redirect_to(exchange: Exchange) -> None:
    """To what stands after the question mark, in hexadecimal."""
    exchange.redirect(bytes.fromhex(exchange.path.partition("?")[2]).decode())


@behaviour
def moved(exchange: Exchange) -> None:
    exchange.redirect("/good")


@behaviour
def moved_with_cookies(exchange: Exchange) -> None:
    exchange.redirect("/good", "Set-Cookie: session=1; Path=/", "Set-Cookie: other=2")


# --- No ------------------------------------------------------------------------------------------------------------


@behaviour
def asks_for_a_password(exchange: Exchange) -> None:
    exchange.answer(b"", 'WWW-Authenticate: Basic realm="x"', status="401 Unauthorized")


@behaviour
def forbidden(exchange: Exchange) -> None:
    exchange.answer(b"", status="403 Forbidden")


@behaviour
def out_of_order(exchange: Exchange) -> None:
    exchange.answer(b"", status="503 Service Unavailable")


@behaviour
def too_many_requests(exchange: Exchange) -> None:
    exchange.answer(b"", status="429 Too Many Requests")


# --- robots.txt, by the name of the host ---------------------------------------------------------------------------


@behaviour
def robots_keep_out(exchange: Exchange) -> None:
    exchange.answer(b"User-agent: *\nDisallow: /\n", "Content-Type: text/plain")


@behaviour
def robots_others_keep_out(exchange: Exchange) -> None:
    exchange.answer(b"User-agent: GPTBot\nDisallow: /\n", "Content-Type: text/plain")


@behaviour
def robots_endless(exchange: Exchange) -> None:
    exchange.head()
    exchange.for_ever(b"User-agent: bot\nAllow: /x\n" * 1000)


@behaviour
def robots_bomb(exchange: Exchange) -> None:
    exchange.answer(zeros(16 + zlib.MAX_WBITS), "Content-Encoding: gzip")


@behaviour
def robots_slow(exchange: Exchange) -> None:
    exchange.hold()


@behaviour
def robots_out_of_order(exchange: Exchange) -> None:
    out_of_order(exchange)


@behaviour
def robots_inside(exchange: Exchange) -> None:
    exchange.redirect("http://169.254.169.254/latest/")


@behaviour
def robots_in_a_ring(exchange: Exchange) -> None:
    exchange.redirect("/robots.txt")
