"""Simulated people: they take part in a workshop through the same addresses as browsers do, and know nothing else of it.

`play.Play` brings them into a running workshop; `manage.py play_workshop` and the button "Play a demo workshop" start one.
Nothing here reads the database or a setting.
"""
