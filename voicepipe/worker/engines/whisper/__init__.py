"""The engine `whisper`: the one place that knows CTranslate2 and faster-whisper's recognition.

`engine.py` has a window's way through it; `model.py` what is loaded; `languages.py` which language is spoken;
`decoding.py` tries to say what is said; `windows.py` how much is heard at once.
"""

from voicepipe.worker.engines.whisper.engine import WhisperEngine, load
from voicepipe.worker.engines.whisper.windows import WINDOW_SECONDS, EncodedWindow

__all__ = ["WINDOW_SECONDS", "EncodedWindow", "WhisperEngine", "load"]
