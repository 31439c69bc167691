"""Makes the mutants of the engine, and finds out which test comes by which function: what `mutmut run` does first."""

import sys

from mutmut.__main__ import (
    collect_or_load_stats,
    copy_also_copy_files,
    copy_src_dir,
    create_mutants,
    setup_source_paths,
    store_lines_covered_by_tests,
)
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.workers.isolation import get_mutant_runner

PROCESSES = 1

if __name__ == "__main__":
    set_mutant_under_test("mutant_generation")
    copy_src_dir()
    copy_also_copy_files()
    setup_source_paths()
    store_lines_covered_by_tests()
    made = create_mutants(PROCESSES)
    sys.stdout.write(f"{made.mutated} modules of mutants made, {made.unmodified} as they were\n")
    collect_or_load_stats(get_mutant_runner(PROCESSES), apply_config_invalidation=True)
