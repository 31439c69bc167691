"""The project: settings, addresses, system checks, health."""
