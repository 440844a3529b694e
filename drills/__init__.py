"""What kills, loads or soaks the service: ``make drill``. Each drill starts its own server on its own database."""
