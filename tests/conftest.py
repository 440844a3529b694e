"""What all tests share, by subject: databases, pages in a browser, the summary."""

pytest_plugins = ["tests.engines", "tests.pages", "tests.summary"]
