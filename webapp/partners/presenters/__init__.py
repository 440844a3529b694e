"""What the partners' pages show, as plain values."""
