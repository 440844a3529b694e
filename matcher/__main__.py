"""``python -m matcher``: solve, verify, repair, explain, compare, generate; see spec/INSTANCE.md."""

import sys

from matcher.commands.command_line import main, open_streams

if __name__ == "__main__":
    open_streams()
    sys.exit(main(sys.argv[1:]))
