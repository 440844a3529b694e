"""The commands of ``python -m matcher``: each module declares its arguments and runs; no module knows
another."""
