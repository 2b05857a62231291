"""Start what PyInstaller built, as a user's machine would, and fail on anything unexpected.

python installers/smoke.py [dist/suixing]
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

LIMIT_SECONDS = 180


def main() -> int:
    """Check both programs; 0 if they work and say nothing they should not."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "dist/suixing").absolute()
    with tempfile.TemporaryDirectory(prefix="suixing-smoke-") as scratch:
        problems = check_desktop(folder, Path(scratch)) + check_server(folder, Path(scratch))
    for problem in problems:
        print(f"✗ {problem}")
    if not problems:
        files = (f for f in folder.rglob("*") if f.is_file() and not f.is_symlink())
        size = sum(f.stat().st_size for f in files)
        print(f"✓ the frozen programs work ({size / 2**20:.0f} MB in {folder})")
    return 1 if problems else 0


def program(folder: Path, name: str) -> str:
    """The path of a frozen program on this system."""
    return str(folder / (f"{name}.exe" if sys.platform == "win32" else name))


def command_line() -> str:
    """The desktop as a program that can print: on Windows the windowed one has no output."""
    return "suixing-cli" if sys.platform == "win32" else "suixing"


def environment(scratch: Path) -> dict[str, str]:
    """A home of its own, so that nothing of this machine's user is read or written.

    The speech model is the exception: where it is here already it is loaded from where it is.
    """
    home = {name: str(scratch / "home") for name in ("HOME", "USERPROFILE", "LOCALAPPDATA")}
    models = os.environ.get("SUIXING_MODELS") or str(Path.home() / ".cache/suixing/models")
    offscreen = {"QT_QPA_PLATFORM": "offscreen", "SUIXING_KEYRING": "file"}
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))}
    return {**kept, **home, **offscreen, "SUIXING_MODELS": models}


def has_model(environ: dict[str, str]) -> bool:
    """Whether a speech model is here, so that it must be heard with."""
    return any(Path(environ["SUIXING_MODELS"]).glob("*/am/final.mdl"))


def check_desktop(folder: Path, scratch: Path) -> list[str]:
    """Run the desktop's self-test; what was wrong."""
    picture, environ = scratch / "window.png", environment(scratch)
    started = time.monotonic()
    done = subprocess.run(
        [program(folder, command_line()), "selftest", "--picture", str(picture)],
        capture_output=True, text=True, encoding="utf-8", timeout=LIMIT_SECONDS, check=False,
        env=environ, cwd=scratch,
    )  # fmt: skip
    seconds = time.monotonic() - started
    problems = []
    if done.returncode != 0:
        problems.append(f"suixing selftest ended with {done.returncode}")
    if done.stderr.strip():
        problems.append(f"suixing said on stderr: {done.stderr.strip()}")
    lines = done.stdout.strip().splitlines()
    if len(lines) != 1:
        return [*problems, f"expected one line of JSON, got: {done.stdout.strip()!r}"]
    found = json.loads(lines[0])
    print(f"suixing selftest, {seconds:.1f} s: {lines[0]}")
    if not found["held"]:
        problems.append("the self-test did not hold")
    if found["brief"] is None:
        print("no Chinese font here: the page of a brief was not tried")
    if has_model(environ) and not found["heard"]:
        problems.append("the speech model is here, but nothing was heard with it")
    if not picture.exists():
        problems.append("no picture of the window was saved")
    return problems


def check_server(folder: Path, scratch: Path) -> list[str]:
    """Set up and start the server, ask for its health, stop it; what was wrong."""
    data, port_file = scratch / "data", scratch / "port"
    server, env = program(folder, "suixing-server"), environment(scratch)
    made = subprocess.run(
        [server, "init", "--data", str(data), "--organisation", "smoke", "--admin", "admin"],
        capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False, env=env,
    )  # fmt: skip
    if made.returncode != 0:
        return [f"suixing-server init: {made.stderr.strip()}"]
    problems = check_briefs(server, env)
    serving = subprocess.Popen(
        [server, "serve", "--data", str(data), "--port", "0", "--port-file", str(port_file)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env,
    )  # fmt: skip
    try:
        problems += ask_health(serving, port_file)
    finally:
        serving.terminate()
        said, complaint = serving.communicate(timeout=30)
    print(f"suixing-server serve: {said.strip()}")
    if complaint.strip():
        problems.append(f"suixing-server said on stderr: {complaint.strip()}")
    if serving.returncode != 0 and sys.platform != "win32":
        problems.append(f"suixing-server ended with {serving.returncode} when asked to stop")
    return problems


def check_briefs(server: str, env: dict[str, str]) -> list[str]:
    """Whether the frozen server has what daily briefs are set with (typst) and sent through
    (apprise), which load modules by name; what was wrong."""
    tried = subprocess.run(
        [server, "brief", "selftest"],
        capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False, env=env,
    )  # fmt: skip
    print(f"suixing-server brief selftest: {tried.stdout.strip()}")
    if tried.returncode != 0:
        return [f"suixing-server brief selftest: {tried.stderr.strip()[-500:]}"]
    found = json.loads(tried.stdout)
    return [] if found["page"] and found["services"] else [f"briefs cannot be made: {found}"]


def ask_health(serving: subprocess.Popen[str], port_file: Path) -> list[str]:
    """Wait for the port and ask; what was wrong."""
    deadline = time.monotonic() + LIMIT_SECONDS
    while not port_file.exists():
        if serving.poll() is not None or time.monotonic() > deadline:
            return ["suixing-server serve did not start"]
        time.sleep(0.1)
    url = f"http://127.0.0.1:{port_file.read_text().strip()}/v1/health"
    request = urllib.request.Request(url, headers={"X-Suixing-Protocol": "1"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=10) as reply:
        health = json.load(reply)
    return [] if health.get("ok") else [f"unhealthy: {health}"]


if __name__ == "__main__":
    sys.exit(main())
