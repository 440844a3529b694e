"""Our pipeline against simple and published methods, on the same instances in one run: ``python -m benchmarks``."""
