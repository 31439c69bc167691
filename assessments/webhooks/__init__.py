"""Telling a firm's other systems what happened, as Standard Webhooks says.

`endpoints.py`: what an admin does. `telling.py`: what operations call in their transaction. `outbox.py`: events and who
gets them. `sending.py`: the worker. `signing.py`: secrets and signatures. `letter.py`: to the admins of an endpoint that
was switched off. `upkeep.py`: what is done once a day.
"""
