"""The supervisor's log: one line per event, and nothing private in it.

Our own lines are events: a static text and fields. What libraries log through `logging` is passed on only where it
shows a defect, that is from ERROR up (as asyncio tells of an exception that nobody looked at), and nothing at all of
libraries whose troubles events of ours tell of. Such a line comes out in the same shape, but of its message only a text
that stands literally in the library's source is kept, never its arguments; and of an exception only its type and its
frames, never its message or local variables: messages, arguments and locals may hold paths, names, tokens and what
people said.

A terminal, a pipe or a file gets lines of text, or of JSON. systemd's journal gets entries with fields of its own, by
which they can be found: PRIORITY, and VOICEPIPE_JOB and the like. What is said again and again is folded into a count.
"""

from voicepipe.log.context import about, forget_context
from voicepipe.log.libraries import log_fault_of_loop
from voicepipe.log.lines import also_hear, close_log, configure_logging, log_events

__all__ = ["about", "also_hear", "close_log", "configure_logging", "forget_context", "log_events", "log_fault_of_loop"]
