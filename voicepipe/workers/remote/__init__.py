"""The supervisor's side of hosts: machines that keep workers of their own and offer them (`voicepipe worker` there).

`fleet` knows the hosts and what each may say, `host` is one of them, `link` is what a slot of one is to the pool, and
`decoding` what has to be the same at home and there. What crosses is in `voicepipe/wire/remote.py`.
"""
