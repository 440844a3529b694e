"""What is asked: the instance and the snapshot it comes from, as validated frozen data."""
