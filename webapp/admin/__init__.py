"""Pages of those who keep the service running: accounts, jobs, audit."""
