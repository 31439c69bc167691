"""The settings of the product, with the peer at addresses of its own beside it: one process, one middleware for both."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
