"""What the account pages show, as plain values."""
