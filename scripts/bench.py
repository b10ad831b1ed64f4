"""make bench: the measurements of bench/run.py, in the project's environment; arguments go to it."""

import os
import sys

from scripts.environment import PYTHON, ROOT, ensure, stop


def main() -> None:
    ensure("dev")
    if not (ROOT / "bench" / "run.py").exists():
        stop("There is no bench/run.py in this copy.")
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), "-m", "bench.run", *sys.argv[1:]])


if __name__ == "__main__":
    main()
