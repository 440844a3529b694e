"""`make run`: the demonstration network on 127.0.0.1:PORT. Starts again in seconds, never overwrites what is there.

Run by the Python of .venv, from the root. Commands are called in this one process, because importing the
application is most of what a second start costs.
"""

import logging
import os
import socket
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
BIN = ROOT / ".venv" / "bin"
COMMANDS = ("migrate", "seed-demo")


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
    import click

    from wsgi import app

    logging.getLogger("alembic").setLevel(logging.WARNING)
    for name in COMMANDS:
        try:
            with app.app_context():
                app.cli.main([name], prog_name="flask", standalone_mode=False)
        except click.ClickException as error:
            error.show()
            return error.exit_code
    return 0


if __name__ == "__main__":
    main()
