"""``python -m matcher``: solve, verify, repair, explain, compare, generate; see spec/INSTANCE.md."""

import sys

from matcher.commands.command_line import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
