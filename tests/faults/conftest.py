"""The faults are planted in the worked report of tests/reports."""

from tests.reports.conftest import bound, known, printed, renderer, sample, worked_case, worked_cases

__all__ = ["bound", "known", "printed", "renderer", "sample", "worked_case", "worked_cases"]
