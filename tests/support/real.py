"""The genuine Whisper base and human speech, for tests marked `real`: used where they are, fetched by no test.

`scripts/test` and `scripts/real_model --speech` fetch them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools.accuracy.prompts import Prompt, PromptsMissing, load_prompts
from tests.tools.real_model import real_model_directory, wrong_files

HOW = "fetch it by: scripts/real_model --speech"


@pytest.fixture(scope="session")
def real_model() -> Path:
    """The genuine model's directory; a test that wants it is skipped where it is not."""
    directory = real_model_directory()
    if wrong := wrong_files(directory):
        pytest.skip(f"the genuine Whisper base is not here ({', '.join(wrong)} missing); {HOW}")
    return directory


@pytest.fixture(scope="session")
def human_speech() -> dict[tuple[str, str], Prompt]:
    """Recorded sentences by language and name; a test that wants them is skipped where they are not."""
    try:
        prompts = load_prompts(may_fetch=False)
    except PromptsMissing:
        pytest.skip(f"human speech is not here; {HOW}")
    return {(prompt.language, prompt.name): prompt for prompt in prompts}
