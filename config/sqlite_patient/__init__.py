"""Django's SQLite database, waiting for locks by itself: see `base.py`, where Django looks for it."""
