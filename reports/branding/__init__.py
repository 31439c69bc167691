"""How the reports of a firm look: its logo, colours, faces and texts, and what those of one client have instead."""
