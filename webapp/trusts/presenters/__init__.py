"""What the requesters' pages show, as plain values."""
