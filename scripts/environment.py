"""The project's virtual environment, brought up to date from the pinned requirements when they changed.

Runs on the machine's Python before anything is installed: standard library only.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Literal, NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"

Level = Literal["app", "dev"]
FILES: dict[Level, tuple[str, ...]] = {"app": ("app.txt",), "dev": ("app.txt", "dev.txt")}

# pip's settings and what uv calls them. uv does not read pip's configuration, and the machine's own must be obeyed.
UV_NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "proxy": "ALL_PROXY",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "timeout": "UV_HTTP_TIMEOUT",
}


def say(text: str) -> None:
    print(text, flush=True)


def stop(sentence: str) -> NoReturn:
    """End the command with one sentence on stderr and exit code 1."""
    raise SystemExit(sentence)


def var_folder() -> Path:
    """Where this installation keeps its data, logs and locks (POLARIS_VAR, else var/ of the project)."""
    return Path(os.environ.get("POLARIS_VAR") or ROOT / "var").resolve()


def stale_translations() -> list[Path]:
    """The .po files whose compiled .mo is missing or older."""
    sources = sorted((ROOT / "locale").glob("*/LC_MESSAGES/django.po"))
    compiled = {source: source.with_suffix(".mo") for source in sources}
    return [po for po, mo in compiled.items() if not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime]


def ensure(level: Level) -> None:
    """Make .venv hold exactly what `level` needs; returns at once when its stamp is current."""
    if is_current(level):
        return
    say("Setting up the environment in .venv (about a minute the first time)…")
    if not _starts(PYTHON):
        _run([sys.executable, "-m", "venv", "--clear", str(VENV)], "The virtual environment could not be made")
    if not _install_with_uv(level):
        _install_with_pip(level)
    _stamp(level).write_text(_digest(level))
    if level == "dev":
        _stamp("app").write_text(_digest("app"))


def is_current(level: Level) -> bool:
    stamp = _stamp(level)
    return PYTHON.exists() and stamp.exists() and stamp.read_text() == _digest(level)


def _stamp(level: Level) -> Path:
    return VENV / f"requirements-{level}.sha256"


def _digest(level: Level) -> str:
    digest = hashlib.sha256()
    for name in ("uv.txt", *FILES[level]):
        digest.update((REQUIREMENTS / name).read_bytes())
    return digest.hexdigest()


def _starts(python: Path) -> bool:
    try:
        return subprocess.run([str(python), "-c", "import pip"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _install_with_uv(level: Level) -> bool:
    """Install with uv; False when uv itself, or its download, does not work on this machine."""
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    uv_pin = [*pip, "--require-hashes", "-r", str(REQUIREMENTS / "uv.txt")]
    if subprocess.run(uv_pin, capture_output=True, check=False).returncode != 0:
        return False
    # The developers' environment holds exactly what is pinned; the application's set is only added to what is there.
    files = [str(REQUIREMENTS / name) for name in FILES[level]]
    uv = [str(VENV / "bin" / "uv"), "pip"]
    options = ["--quiet", "--require-hashes", "--compile-bytecode"]
    if level == "dev":
        command = [*uv, "sync", *options, *files]
    else:
        command = [*uv, "install", *options, *(part for name in files for part in ("-r", name))]
    environment = {**os.environ, **pip_settings_for_uv(), "VIRTUAL_ENV": str(VENV)}
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        say(f"uv could not install ({_last_line(result.stderr)}); installing with pip instead.")
    return result.returncode == 0


def _install_with_pip(level: Level) -> None:
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    for name in FILES[level]:
        _run([*pip, "-r", str(REQUIREMENTS / name)], f"requirements/{name} could not be installed")


def pip_settings_for_uv() -> dict[str, str]:
    """The machine's pip configuration (files and PIP_* variables) as uv's environment variables."""
    listing = subprocess.run([str(PYTHON), "-m", "pip", "config", "list"], capture_output=True, text=True, check=False)
    settings: dict[str, str] = {}
    for line in listing.stdout.splitlines():
        name, _, value = line.partition("=")
        section, _, key = name.rpartition(".")
        # Environment variables (":env:") win over [install], which wins over [global]: pip lists them in any order.
        if key in UV_NAMES and section in (":env:", "install", "global"):
            rank = {"global": 0, "install": 1, ":env:": 2}[section]
            settings[f"{rank}{key}"] = value.strip("'\"").replace("\\n", " ")
    found: dict[str, str] = {}
    for ranked in sorted(settings):
        key, value = ranked[1:], settings[ranked]
        separator = "," if key == "find-links" else " "
        found[UV_NAMES[key]] = separator.join(value.split())
    # Every file is pinned by hash, so taking any index's copy is safe, and it is what pip does.
    found["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return {name: value for name, value in found.items() if name not in os.environ}


def _run(command: list[str], problem: str) -> None:
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        stop(f"{problem}: {_last_line(result.stderr) or _last_line(result.stdout)}")


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""
