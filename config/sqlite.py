"""How SQLite is opened: which journal, and what that promises (docs/decisions/0001-sqlite-journal.md)."""

from dataclasses import dataclass

# The first release without the WAL-reset race, which can corrupt a database that several connections use.
WAL_SAFE_SINCE = (3, 51, 3)

# Seconds a writer waits for another one before it gives up.
BUSY_TIMEOUT = 20

# What a connection keeps of the file, in KiB. With SQLite's own 2,000 the pages of eight lists drive each other out.
CACHE = 8_000


@dataclass(frozen=True, slots=True)
class Journal:
    """A journal mode of SQLite, how hard it syncs, and why it was chosen."""

    mode: str
    synchronous: str
    reason: str

    @property
    def pragmas(self) -> str:
        """The statements that every new connection runs, in Django's `init_command` form."""
        return f"PRAGMA journal_mode={self.mode}; PRAGMA synchronous={self.synchronous}"


def journal_for(version: tuple[int, int, int]) -> Journal:
    """Choose the journal for a version of the SQLite library, such as `sqlite3.sqlite_version_info`.

    Both choices keep a committed transaction through a loss of power: FULL syncs the write-ahead log at each commit,
    and in TRUNCATE mode syncs the emptied rollback journal, which is what makes the commit final.
    """
    printed = ".".join(str(part) for part in version)
    if version >= WAL_SAFE_SINCE:
        return Journal("WAL", "FULL", f"SQLite {printed} has the fix of the WAL-reset race: readers need not wait.")
    return Journal(
        "TRUNCATE",
        "FULL",
        f"SQLite {printed} is older than 3.51.3, whose WAL mode can corrupt a database under several connections.",
    )


def options_for(version: tuple[int, int, int]) -> dict[str, object]:
    """Return Django's OPTIONS for an SQLite database opened by this version of the library."""
    return {
        # Take the write lock when a transaction starts: one that begins as a reader and then writes
        # fails at once, without waiting, when somebody else wrote in between.
        "transaction_mode": "IMMEDIATE",
        "timeout": BUSY_TIMEOUT,
        "init_command": f"{journal_for(version).pragmas}; PRAGMA cache_size=-{CACHE}",
    }
