"""make setup: the environment with the developers' tools, and the compiled translations."""

import subprocess

from scripts.environment import PYTHON, ROOT, ensure, say


def main() -> None:
    ensure("dev")
    subprocess.run([PYTHON, "-m", "scripts.translations", "compile"], cwd=ROOT, check=True)
    say("Ready: make run starts Polaris, make test runs the tests, make check the checks.")


if __name__ == "__main__":
    main()
