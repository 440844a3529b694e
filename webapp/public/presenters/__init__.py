"""What the open pages show, as plain values."""
