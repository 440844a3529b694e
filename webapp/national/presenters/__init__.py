"""What the national team's pages show, as plain values."""
