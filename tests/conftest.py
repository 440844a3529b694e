"""What all tests share, by subject: databases, the service, pages in a browser, the summary."""

pytest_plugins = ["tests.engines", "tests.pages", "tests.site", "tests.summary"]
