"""What runs on a host, a machine that works for a supervisor elsewhere: `voicepipe worker`.

It keeps workers of its own by the same pool, the same lives and the same sandbox as at home, and does the windows that
it is given. It knows no secret of Telegram's, no user and no chat; sound and text are in memory only. `main` puts it
together, `outpost` speaks with home, `tasks` has what was given.
"""
