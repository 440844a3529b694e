"""`make run`: the demonstration network on 127.0.0.1:PORT. Starts again in seconds, never overwrites what is there.

Run by the Python of .venv, from the root. Commands are called in this one process, because importing the
application is most of what a second start costs.
"""

import logging
import os
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
BIN = ROOT / ".venv" / "bin"
KERNELS = ROOT / "matcher" / "allocation" / "__pycache__"


def main() -> None:
    """Prepare the demonstration, say how to sign in, then hand over to web and worker."""
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    port = os.environ.setdefault("PORT", "5000")
    if not _is_free(port):
        sys.exit(f"Port {port} is taken or cannot be used: choose another with `make run PORT=5001`.")
    from seeds import demo_env

    demo_env.main([])
    failed = _prepare()
    if failed:
        sys.exit(failed)
    print()
    demo_env.main(["--show"])
    print("\nCtrl-C stops everything.", flush=True)
    # honcho gives each process a PORT of its own, so the web's travels under another name.
    os.environ["WEB_PORT"] = port
    os.execv(BIN / "honcho", ["honcho", "start", "--no-colour"])


def _is_free(port: str) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
        except (OSError, ValueError, OverflowError):
            return False
    return True


def _prepare() -> int:
    """Migrate and seed; where the solver's kernels were never compiled, that goes on beside the seeding."""
    warming = None if any(KERNELS.glob("*.nbi")) else _warm()
    failed = _call("migrate")
    if warming is not None:
        failed = failed or _call("seed-demo", "--without-run")
        warming.wait()
    return failed or _call("seed-demo")


def _warm() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "matcher.commands.warm"], cwd=ROOT)


def _call(*arguments: str) -> int:
    import click

    from wsgi import app

    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        with app.app_context():
            app.cli.main(list(arguments), prog_name="flask", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    return 0


if __name__ == "__main__":
    main()
