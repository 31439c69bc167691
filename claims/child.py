"""A child process that works on one message at a time, within limits of time and memory.

Rendering a PDF, reading one, and reading a page of somebody else's handle what people sent us. Each happens in a
process of its own, started afresh (no fork of a process with database connections), that can be killed. Messages
are frames on its standard input and output: four bytes of length, then the bytes.
"""

import contextlib
import json
import os
import resource
import selectors
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

ROOT = Path(__file__).resolve().parents[1]
LENGTH = struct.Struct(">I")
MEBIBYTE = 1024 * 1024
SCRATCH = "footing-"  # how the name of a child's folder begins


class ChildError(RuntimeError):
    """The child could not do its work. `reason` is one of timeout, cpu, memory, refused, failed, crashed."""

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Limits:
    """What one piece of work may use: wall seconds, processor seconds, bytes of address space."""

    seconds: float = 60.0
    cpu_seconds: int = 45
    memory: int = 1536 * MEBIBYTE


class Child:
    """A module of ours run as `python -m`, kept for as many messages as are wanted. Not for use by threads."""

    def __init__(self, module: str, *, limits: Limits) -> None:
        self.module = module
        self.limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._scratch: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Begin loading the child's libraries, so that they are there when the first message is."""
        self._started()

    def ask(self, header: dict[str, Any], *bodies: bytes, seconds: float | None = None) -> tuple[dict[str, Any], bytes]:
        """Send one message, return the answer's header and body. `seconds` shortens the limit for this message.

        Raises ChildError: when a limit is passed (the child is killed), when the child refuses, or when it dies.
        """
        allowed = self.limits.seconds if seconds is None else min(seconds, self.limits.seconds)
        deadline = time.monotonic() + allowed
        process = self._started()
        head = {**header, "bodies": len(bodies), "cpu_seconds": self.limits.cpu_seconds}
        message = b"".join(_frame(part) for part in (json.dumps(head).encode(), *bodies))
        try:
            answer = _exchange(process, message, frames=2, deadline=deadline)
        except TimeoutError:
            self.close()
            raise ChildError(f"stopped after {allowed:g} seconds", reason="timeout") from None
        except EOFError:
            raise self._death() from None
        reply: dict[str, Any] = json.loads(answer[0])
        if "error" in reply:
            raise ChildError(reply["error"], reason=reply.get("reason", "failed"))
        return reply, answer[1]

    def close(self) -> None:
        """Kill the child, if it runs, and remove its scratch folder."""
        if self._process is not None:
            _kill(self._process)
            self._process = None
        if self._scratch is not None:
            self._scratch.cleanup()
            self._scratch = None

    def forget(self) -> None:
        """In a process that was forked: let go of the parent's child. It and its scratch folder stay as they are."""
        if self._process is not None:
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    pipe.close()
            self._process.returncode = 0  # not ours to wait for
            self._process = None
        if self._scratch is not None:
            self._scratch._finalizer.detach()  # type: ignore[attr-defined]  # noqa: SLF001 - else it goes when we end
            self._scratch = None

    def _started(self) -> "subprocess.Popen[bytes]":
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._scratch = tempfile.TemporaryDirectory(prefix=SCRATCH)
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no shell
                [sys.executable, "-m", self.module, str(self.limits.memory)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=ROOT,
                env=_environment(self._scratch.name),
                start_new_session=True,
            )
        return self._process

    def _death(self) -> ChildError:
        code = self._process.wait() if self._process is not None else None
        self.close()
        if code == -signal.SIGXCPU:
            return ChildError(f"used more than {self.limits.cpu_seconds} seconds of processor time", reason="cpu")
        return ChildError(f"the process ended unexpectedly ({code})", reason="crashed")


def serve(handle: Callable[[dict[str, Any], Sequence[bytes]], tuple[dict[str, Any], bytes]]) -> None:
    """The child's side: limit ourselves, then answer messages until the input ends.

    `handle` gets a header and its bodies, and returns the answer's header and body.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not land between two frames
    questions = sys.stdin.buffer
    while (first := _read_frame(questions)) is not None:
        header = json.loads(first)
        bodies = [_read_frame(questions) or b"" for _ in range(header["bodies"])]
        _allow_processor_time(header["cpu_seconds"])
        try:
            reply, body = handle(header, bodies)
        except MemoryError:
            reply, body = {"error": "needed more memory than allowed", "reason": "memory"}, b""
        for part in (json.dumps(reply).encode(), body):
            answers.write(_frame(part))
        answers.flush()
    _remove_scratch()


def limit_memory() -> None:
    """Called first thing in a child: the address space that its parent named on the command line."""
    memory = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def limit_growth(size: int) -> None:
    """Called in a child when its libraries are loaded: from here on it takes at most `size` bytes more of memory.

    Where the system does not say what is in use (it does on Linux), the limit of `limit_memory` stays.
    """
    in_use = Path("/proc/self/statm")
    if in_use.exists():
        limit = int(in_use.read_text().split()[0]) * resource.getpagesize() + size
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def resident_memory() -> int:
    """Bytes of memory that this process holds now; 0 where the system does not say (Linux does)."""
    in_use = Path("/proc/self/statm")
    return int(in_use.read_text().split()[1]) * resource.getpagesize() if in_use.exists() else 0


def _remove_scratch() -> None:
    """The parent is gone, perhaps killed: nobody else would remove the folder it made for us."""
    folder = Path(tempfile.gettempdir())
    if folder.name.startswith(SCRATCH):
        shutil.rmtree(folder, ignore_errors=True)


def _allow_processor_time(seconds: int) -> None:
    """The limit counts the whole life of a process: grant this message its share on top of what is used."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime) + 1
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, hard))


def _environment(scratch: str) -> dict[str, str]:
    """No secrets for the child: only what an interpreter and the font library need."""
    kept = {
        name: os.environ[name] for name in ("PATH", "HOME", "XDG_CACHE_HOME", "LD_LIBRARY_PATH") if name in os.environ
    }
    return {**kept, "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", "TMPDIR": scratch, "PYTHONHASHSEED": "0"}


def _exchange(process: "subprocess.Popen[bytes]", message: bytes, *, frames: int, deadline: float) -> list[bytes]:
    """Write and read at the same time, so that neither side waits for the other for ever."""
    assert process.stdin is not None
    assert process.stdout is not None
    os.set_blocking(process.stdin.fileno(), False)
    os.set_blocking(process.stdout.fileno(), False)
    pending, received = memoryview(message), bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdin, selectors.EVENT_WRITE)
        selector.register(process.stdout, selectors.EVENT_READ)
        while (parts := _complete(received, frames)) is None:
            ready = selector.select(max(0.0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError
            for key, _ in ready:
                if key.fileobj is process.stdin:
                    try:
                        pending = pending[os.write(key.fd, pending[:65536]) :]
                    except BrokenPipeError:
                        raise EOFError from None
                    if not pending:
                        selector.unregister(process.stdin)
                else:
                    chunk = os.read(key.fd, 1 << 20)
                    if not chunk:
                        raise EOFError
                    received += chunk
    return parts


def _frame(part: bytes) -> bytes:
    return LENGTH.pack(len(part)) + part


def _complete(received: bytearray, frames: int) -> list[bytes] | None:
    parts, at = [], 0
    while len(parts) < frames:
        if len(received) < at + LENGTH.size:
            return None
        (length,) = LENGTH.unpack_from(received, at)
        at += LENGTH.size
        if len(received) < at + length:
            return None
        parts.append(bytes(received[at : at + length]))
        at += length
    return parts


def _read_frame(stream: BinaryIO) -> bytes | None:
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    return stream.read(LENGTH.unpack(head)[0])


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """The child has a session of its own, so anything it started ends with it."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):  # it ended between the two calls
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
