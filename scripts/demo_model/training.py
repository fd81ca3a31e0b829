"""The training: from single words to whole windows, every stage a fixed number of steps.

All chance comes from the seed, torch runs on one thread, and the whole state is kept in the checkpoint. So a rerun
with the same versions on the same kind of machine gives the same weights, whether or not it was interrupted.
"""

import ctypes
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as functional
from torch import Tensor

from demo_model.clips import MAXIMUM_WORDS, ClipMaker, ClipShape
from demo_model.examples import IGNORED, Batch, ExampleMaker, Guides, Recipe
from demo_model.network import Output, Size, TinyWhisper
from demo_model.noise import Noise
from demo_model.speech import PhraseStore
from demo_model.tokens import FIRST_TIMESTAMP, TIMESTAMP_COUNT, UNUSED, WORD_COUNT

GUIDED_HEADS = 2
REPORT_STEPS = 50
CHECKPOINT_STEPS = 250
WEIGHT_DECAY = 0.01
BETAS = (0.9, 0.98)
GRADIENT_NORM = 1.0
MALLOC_OPTIONS = {-8: 1, -4: 0, -1: 2**31 - 1, -2: 64 << 20}  # arenas, mapped blocks, trim threshold, top pad


@dataclass(frozen=True, slots=True)
class Stage:
    """`guidance`, `frames` and `blur` weigh the helping losses; the learning rate goes evenly from first to last."""

    name: str
    steps: int
    recipes: tuple[Recipe, ...]
    first_rate: float
    last_rate: float
    warm_up_steps: int = 1
    guidance: float = 0.4
    frames: float = 0.5
    blur: float = 0.0
    stop_at: int | None = None  # fewer steps than the learning rate is laid out for

    @property
    def end(self) -> int:
        return self.stop_at or self.steps

    def rate(self, step: int) -> float:
        rate = self.first_rate + (self.last_rate - self.first_rate) * step / self.steps
        return rate * min(1.0, (step + 1) / self.warm_up_steps)


def schedule(scale: float) -> list[Stage]:
    """`scale` shortens or lengthens every stage; 1 makes the committed model."""

    def steps(count: int) -> int:
        return max(1, round(count * scale))

    mixture = (
        Recipe(4, _LONG, weight=1.5, whole_window=True, prompt_share=0.05),
        Recipe(4, ClipShape(4), whole_window=True, silent_share=0.1, prompt_share=0.05),
        Recipe(10, ClipShape(7), padding_seconds=3, silent_share=0.06, prompt_share=0.05),
    )
    return [
        Stage(
            name="words",
            steps=steps(1200),
            recipes=(Recipe(32, _one_sentence(1, seconds=1, silence=0.2), padding_seconds=0.2, anywhere=True),),
            first_rate=1.5e-3,
            last_rate=1.5e-3,
            warm_up_steps=50,
            guidance=0.2,
            frames=1.0,
            blur=0.1,
        ),
        Stage(
            name="phrases",
            steps=steps(2400),
            recipes=(
                Recipe(20, _one_sentence(3, seconds=1, silence=0.5), padding_seconds=0.5, anywhere=True),
                Recipe(14, _one_sentence(7, seconds=2, silence=0.5), padding_seconds=0.5, anywhere=True),
            ),
            first_rate=1.5e-3,
            last_rate=1.5e-3,
            warm_up_steps=30,
            frames=0.8,
            blur=0.1,
        ),
        Stage(
            name="sentences",
            steps=steps(2000),
            stop_at=steps(750),
            recipes=(
                Recipe(14, _one_sentence(MAXIMUM_WORDS, seconds=2), anywhere=True, prompt_share=0.1),
                Recipe(8, ClipShape(6), padding_seconds=2, anywhere=True, prompt_share=0.1),
            ),
            first_rate=1.5e-3,
            last_rate=1e-3,
            blur=0.1,
        ),
        Stage(
            name="several",
            steps=steps(400),
            recipes=(
                Recipe(14, _one_sentence(MAXIMUM_WORDS, seconds=2), weight=0.5, anywhere=True),
                Recipe(8, ClipShape(6), padding_seconds=2, anywhere=True, prompt_share=0.05),
            ),
            first_rate=1.3e-3,
            last_rate=1.2e-3,
            blur=0.1,
        ),
        Stage(
            name="windows",
            steps=steps(1400),
            recipes=(
                Recipe(4, _LONG, whole_window=True, prompt_share=0.05),
                Recipe(4, ClipShape(4), weight=0.5, whole_window=True),
                Recipe(10, ClipShape(7), padding_seconds=3, anywhere=True, prompt_share=0.05),
            ),
            first_rate=1.2e-3,
            last_rate=8e-4,
            warm_up_steps=20,
            frames=0.4,
            blur=0.05,
        ),
        Stage(
            name="mixture",
            steps=steps(2400),
            stop_at=steps(500),
            recipes=mixture,
            first_rate=8e-4,
            last_rate=1e-5,
            guidance=0.3,
            frames=0.2,
        ),
        Stage(
            name="settle",
            steps=steps(1000),
            stop_at=steps(500),
            recipes=mixture,
            first_rate=6.3e-4,
            last_rate=1e-5,
            guidance=0.3,
            frames=0.2,
        ),
    ]


_LONG = ClipShape(30, starts_within_word=0.25)


def _one_sentence(maximum_words: int, seconds: float, silence: float = 1.0) -> ClipShape:
    return ClipShape(seconds, one_sentence=True, maximum_words=maximum_words, silence=silence)


class Trainer:
    """Call `run`; `model` is what has been learnt so far."""

    def __init__(self, phrases: Path, work: Path, seed: int, scale: float) -> None:
        keep_memory()
        make_repeatable(seed)
        self._random = random.Random(seed)
        clips = ClipMaker(PhraseStore(phrases), Noise(seed), self._random)
        self._examples = ExampleMaker(clips, self._random)
        self._checkpoint = work / "checkpoint.pt"
        self._stages = schedule(scale)
        self._stage = self._step = 0
        self._seconds = 0.0
        self.model = TinyWhisper(Size())
        self._optimizer = torch.optim.AdamW(self.model.parameters(), weight_decay=WEIGHT_DECAY, betas=BETAS, fused=True)
        if self._checkpoint.exists():
            self._restore()

    def run(self, say: Callable[[str], None]) -> None:
        while self._stage < len(self._stages):
            self._run_stage(self._stages[self._stage], say)
            self._stage, self._step = self._stage + 1, 0
            self._save()

    def _run_stage(self, stage: Stage, say: Callable[[str], None]) -> None:
        averages: dict[str, float] = {}
        while self._step < stage.end:
            started = time.process_time()
            figures = self._learn(stage)
            self._step += 1
            self._seconds += time.process_time() - started
            for name, value in figures.items():
                averages[name] = averages.get(name, value) * 0.97 + value * 0.03
            if self._step % REPORT_STEPS == 0 or self._step == stage.end:
                shown = " ".join(f"{name} {value:.3f}" for name, value in averages.items())
                say(f"{stage.name} {self._step}/{stage.end} {self._seconds / 60:.1f} CPU-minutes {shown}")
            if self._step % CHECKPOINT_STEPS == 0:
                self._save()

    def _learn(self, stage: Stage) -> dict[str, float]:
        for group in self._optimizer.param_groups:
            group["lr"] = stage.rate(self._step)
        [recipe] = self._random.choices(stage.recipes, [recipe.weight for recipe in stage.recipes])
        batch = self._examples.batch(recipe)
        with torch.autocast("cpu", torch.bfloat16):
            output = self.model(batch.mel, batch.first_frame, batch.inputs)
        loss = total_loss(stage, output, batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), GRADIENT_NORM)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        return {"loss": loss.item(), **_accuracies(output, batch)}

    def _save(self) -> None:
        """Beside, then over: a run that is killed while saving keeps the checkpoint before."""
        state: dict[str, Any] = {
            "model": self.model.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "random": self._random.getstate(),
            "place": (self._stage, self._step, self._seconds),
        }
        beside = self._checkpoint.with_suffix(".new")
        torch.save(state, beside)
        beside.replace(self._checkpoint)

    def _restore(self) -> None:
        state = torch.load(self._checkpoint, weights_only=True)
        self.model.load_state_dict(state["model"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._random.setstate(state["random"])
        self._stage, self._step, self._seconds = state["place"]


def load_model(checkpoint: Path) -> TinyWhisper:
    model = TinyWhisper(Size())
    model.load_state_dict(torch.load(checkpoint, weights_only=True)["model"])
    return model.eval()


def keep_memory() -> None:
    """Stops glibc from giving large blocks back after every step: mapping them anew costs a tenth of the time."""
    mallopt = ctypes.CDLL(None).mallopt
    for option, value in MALLOC_OPTIONS.items():
        mallopt(option, value)


def make_repeatable(seed: int) -> None:
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    torch.utils.deterministic.fill_uninitialized_memory = False  # costs a fifth of the time and finds only errors
    torch.manual_seed(seed)


def total_loss(stage: Stage, output: Output, batch: Batch) -> Tensor:
    asked = batch.answers != IGNORED
    logits, answers = output.logits[asked], batch.answers[asked]
    loss = functional.cross_entropy(logits, answers)
    if stage.blur:
        loss = loss + stage.blur * _timestamp_loss(logits, answers)
    loss = loss + stage.guidance * _guidance_loss(output.attention, batch.guides)
    return loss + stage.frames * _frame_loss(output, batch)


def _timestamp_loss(logits: Tensor, answers: Tensor) -> Tensor:
    """A timestamp that is nearly right is nearly as good: the answer blurred by one step either way."""
    chosen = (answers >= FIRST_TIMESTAMP) & (answers < UNUSED)
    if not chosen.any():
        return logits.new_zeros(())
    distance = torch.arange(TIMESTAMP_COUNT)[None] - (answers[chosen] - FIRST_TIMESTAMP)[:, None]
    wanted = (-0.5 * distance**2).float().softmax(-1)
    scores = logits[chosen][:, FIRST_TIMESTAMP:UNUSED].log_softmax(-1)
    return -(wanted * scores).sum(-1).mean()


def _guidance_loss(attention: list[Tensor], guides: Guides) -> Tensor:
    """Some heads are told where to look: the first layer's at the last word said, the others' at the next one."""
    if len(guides.rows) == 0:
        return torch.zeros(())
    losses = []
    for layer, weights in enumerate(attention):
        later = 1 if layer == 0 else 0
        there = guides.positions + later < weights.shape[2]
        rows, positions = guides.rows[there], guides.positions[there] + later
        guided = weights[rows, :GUIDED_HEADS, positions].float()  # (answers, heads, frames)
        reached = functional.pad(guided.cumsum(-1), (1, 0))
        count = torch.arange(len(rows))
        inside = reached[count, :, guides.ends[there]] - reached[count, :, guides.starts[there]]
        losses.append(-inside.clamp(min=1e-5).log().mean())
    return torch.stack(losses).mean()


def _frame_loss(output: Output, batch: Batch) -> Tensor:
    """The encoder is asked of every frame which word it belongs to, which was before, and the how-manieth it is."""
    loss = _labels_loss(output.word, batch.word)
    if (batch.previous != IGNORED).any():
        loss = loss + 0.5 * _labels_loss(output.previous, batch.previous)
        loss = loss + 0.3 * _labels_loss(output.index, batch.index)
    return loss


def _labels_loss(scores: Tensor, labels: Tensor) -> Tensor:
    return functional.cross_entropy(scores.flatten(0, 1), labels.flatten(), ignore_index=IGNORED)


@torch.no_grad()
def _accuracies(output: Output, batch: Batch) -> dict[str, float]:
    """Shares of words answered rightly, timestamps within 0.2 s, and speech frames labelled rightly."""
    guesses = output.logits.argmax(-1)
    words = (batch.answers >= 0) & (batch.answers < WORD_COUNT)
    timestamps = (batch.answers >= FIRST_TIMESTAMP) & (batch.answers < UNUSED)
    spoken = batch.word < WORD_COUNT
    near = (guesses - batch.answers).abs() <= 2
    shares = {
        "words": (guesses == batch.answers)[words],
        "times": near[timestamps],
        "frames": (output.word.argmax(-1) == batch.word)[spoken],
    }
    return {name: share.float().mean().item() for name, share in shares.items() if len(share)}
