"""What the administrators' pages show, as plain values."""
