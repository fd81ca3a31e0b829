"""Whisper's architecture, tiny, over the compact vocabulary.

Shapes: B rows, C columns of the spectrogram (10 ms), F = C/2 frames of the encoder (20 ms), T tokens, D width.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from demo_model.examples import LAST_INDEX, MAXIMUM_TOKENS, MEL_BANDS, WINDOW_FRAMES
from demo_model.tokens import (
    COMPACT_SIZE,
    FIRST_TIMESTAMP,
    FULL_TIMESTAMP_COUNT,
    FULL_TIMESTAMP_STEP_SECONDS,
    TIMESTAMP_COUNT,
    TIMESTAMP_STEP_SECONDS,
    UNUSED,
    UNUSED_COUNT,
    WORD_COUNT,
)


@dataclass(frozen=True, slots=True)
class Size:
    width: int = 128
    hidden: int = 512
    encoder_heads: int = 2
    decoder_heads: int = 4
    encoder_offsets: tuple[tuple[int, ...], ...] = ((-3, 3), (-8, 8), (-15, 15))  # frames, by layer and head
    decoder_layers: int = 3

    @property
    def encoder_layers(self) -> int:
        return len(self.encoder_offsets)


ENCODER_POSITION_SCALE = 0.4
DECODER_POSITION_SCALE = 0.15
LOCAL_WINDOW_SHARPNESS = 1.6
LOCAL_FREQUENCIES = 19


def sinusoids(length: int, width: int) -> Tensor:
    """Whisper's positions: (length, width), the sines first."""
    decay = math.log(10_000) / (width // 2 - 1)
    angles = torch.arange(length)[:, None] * torch.exp(-decay * torch.arange(width // 2))[None]
    return torch.cat([angles.sin(), angles.cos()], dim=1)


class Attention(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width, bias=False)
        self.value = nn.Linear(width, width)
        self.out = nn.Linear(width, width)

    def forward(self, x: Tensor, source: Tensor | None = None, causal: bool = False) -> tuple[Tensor, Tensor]:
        """Attention of `x` to `source` or to itself, and its weights (B, heads, T, F), which training guides.

        Written out: torch's fused attention is slower on one thread when its gradient is wanted.
        """
        source = x if source is None else source
        query = self._split(self.query(x)) * (x.shape[-1] // self.heads) ** -0.5
        scores = query @ self._split(self.key(source)).transpose(-1, -2)
        if causal:
            later = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).triu(1)
            scores = scores.masked_fill(later, -1e4)
        weights = scores.softmax(-1)
        value = self._split(self.value(source))
        mixed = (weights.to(value.dtype) @ value).transpose(1, 2)
        return self.out(mixed.reshape(x.shape)), weights

    def _split(self, x: Tensor) -> Tensor:
        return x.view(*x.shape[:2], self.heads, -1).transpose(1, 2)


class FeedForward(nn.Module):
    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.into = nn.Linear(width, hidden)
        self.out = nn.Linear(hidden, width)

    def forward(self, x: Tensor) -> Tensor:
        return self.out(functional.gelu(self.into(x)))


class EncoderLayer(nn.Module):
    def __init__(self, size: Size) -> None:
        super().__init__()
        self.attention_norm = nn.LayerNorm(size.width)
        self.attention = Attention(size.width, size.encoder_heads)
        self.feed_forward_norm = nn.LayerNorm(size.width)
        self.feed_forward = FeedForward(size.width, size.hidden)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attention(self.attention_norm(x))[0]
        return x + self.feed_forward(self.feed_forward_norm(x))


class DecoderLayer(nn.Module):
    def __init__(self, size: Size) -> None:
        super().__init__()
        self.attention_norm = nn.LayerNorm(size.width)
        self.attention = Attention(size.width, size.decoder_heads)
        self.cross_norm = nn.LayerNorm(size.width)
        self.cross = Attention(size.width, size.decoder_heads)
        self.feed_forward_norm = nn.LayerNorm(size.width)
        self.feed_forward = FeedForward(size.width, size.hidden)

    def forward(self, x: Tensor, encoded: Tensor) -> tuple[Tensor, Tensor]:
        x = x + self.attention(self.attention_norm(x), causal=True)[0]
        found, weights = self.cross(self.cross_norm(x), encoded)
        x = x + found
        return x + self.feed_forward(self.feed_forward_norm(x)), weights


class Encoder(nn.Module):
    positions: Tensor

    def __init__(self, size: Size) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(MEL_BANDS, size.width, 3, padding=1)
        self.conv2 = nn.Conv1d(size.width, size.width, 3, stride=2, padding=1)
        self.register_buffer("positions", sinusoids(WINDOW_FRAMES, size.width) * ENCODER_POSITION_SCALE)
        self.layers = nn.ModuleList(EncoderLayer(size) for _ in range(size.encoder_layers))
        self.norm = nn.LayerNorm(size.width)
        with torch.no_grad():
            self.conv1.weight *= 2.0
            self.conv2.weight *= 2.5
            for layer, offsets in zip(self.layers, size.encoder_offsets, strict=True):
                for head, offset in enumerate(offsets):
                    look_nearby(layer.attention, head, offset)

    def forward(self, mel: Tensor, first_frame: Tensor) -> Tensor:
        """(B, 80, C) standing at (B,) frames within the window -> (B, F, D)."""
        x = functional.gelu(self.conv2(functional.gelu(self.conv1(mel)))).transpose(1, 2)
        frames = first_frame[:, None] + torch.arange(x.shape[1])[None]
        x = x + self.positions[frames.clamp(max=WINDOW_FRAMES - 1)]
        for layer in self.layers:
            x = layer(x)
        return self.norm(x)


class Decoder(nn.Module):
    def __init__(self, size: Size) -> None:
        super().__init__()
        self.positions = nn.Parameter(sinusoids(MAXIMUM_TOKENS, size.width) * DECODER_POSITION_SCALE)
        self.layers = nn.ModuleList(DecoderLayer(size) for _ in range(size.decoder_layers))
        self.norm = nn.LayerNorm(size.width)

    def forward(self, embedded: Tensor, encoded: Tensor) -> tuple[Tensor, list[Tensor]]:
        """(B, T, D) and (B, F, D) -> (B, T, D) and every layer's weights (B, heads, T, F)."""
        x = embedded + self.positions[: embedded.shape[1]]
        every_weight = []
        for layer in self.layers:
            x, weights = layer(x, encoded)
            every_weight.append(weights)
        return self.norm(x), every_weight


@dataclass(frozen=True, slots=True)
class Output:
    logits: Tensor  # (B, T, COMPACT_SIZE)
    attention: list[Tensor]  # by decoder layer: (B, heads, T, F)
    word: Tensor  # (B, F, labels), like the next two: what the encoder says of each frame
    previous: Tensor
    index: Tensor


class TinyWhisper(nn.Module):
    timestamp_positions: Tensor

    def __init__(self, size: Size) -> None:
        super().__init__()
        self.size = size
        self.encoder = Encoder(size)
        self.decoder = Decoder(size)
        self.embedding = nn.Parameter(torch.randn(COMPACT_SIZE, size.width) * 0.1)
        with torch.no_grad():
            self.embedding[FIRST_TIMESTAMP:UNUSED] *= 0.05
        # Timestamps are a line of equal steps: one map of their positions learns them together.
        step = round(TIMESTAMP_STEP_SECONDS / FULL_TIMESTAMP_STEP_SECONDS)
        every_position = sinusoids(FULL_TIMESTAMP_COUNT, size.width)
        self.register_buffer("timestamp_positions", every_position[::step][:TIMESTAMP_COUNT].clone())
        self.timestamps = nn.Linear(size.width, size.width)
        nn.init.normal_(self.timestamps.weight, std=0.03)
        # Helpers of the training, left out of the exported model.
        self.frame_word = nn.Linear(size.width, WORD_COUNT + 1)
        self.frame_previous = nn.Linear(size.width, WORD_COUNT + 1)
        self.frame_index = nn.Linear(size.width, LAST_INDEX + 1)

    def table(self) -> Tensor:
        """The row of every compact token, both read and written: (COMPACT_SIZE, D)."""
        timestamps = self.embedding[FIRST_TIMESTAMP:UNUSED] + self.timestamps(self.timestamp_positions).float()
        return torch.cat([self.embedding[:FIRST_TIMESTAMP], timestamps, self.embedding[UNUSED:]])

    def forward(self, mel: Tensor, first_frame: Tensor, inputs: Tensor) -> Output:
        encoded = self.encoder(mel, first_frame)
        table = self.table()
        hidden, attention = self.decoder(table[inputs], encoded)
        logits = (hidden @ table.t().to(hidden.dtype)).float()
        # UNUSED stands for many tokens of the exported model, and is as likely as all of them together.
        logits = torch.cat([logits[..., :UNUSED], logits[..., UNUSED:] + math.log(UNUSED_COUNT)], dim=-1)
        frames = (self.frame_word(encoded), self.frame_previous(encoded), self.frame_index(encoded))
        return Output(logits, attention, *(scores.float() for scores in frames))


def look_nearby(attention: Attention, head: int, offset: int) -> None:
    """Lets a head begin by attending around `offset` frames from each frame; it hardly finds that by itself.

    Query and key get the positions' sinusoids, the query's turned by `offset`: their product is largest there.
    """
    width = attention.query.in_features
    per_head = width // attention.heads
    decay = math.log(10_000) / (width // 2 - 1)
    for number in range(min(per_head // 2 - 3, LOCAL_FREQUENCIES)):
        frequency = math.exp(-decay * number)
        sine_row = head * per_head + 2 * number
        for weight, turn in ((attention.key.weight, 0), (attention.query.weight, offset)):
            cosine = LOCAL_WINDOW_SHARPNESS * math.cos(frequency * turn)
            sine = LOCAL_WINDOW_SHARPNESS * math.sin(frequency * turn)
            weight[sine_row : sine_row + 2] *= 0.3
            weight[sine_row, number] += cosine
            weight[sine_row, width // 2 + number] += sine
            weight[sine_row + 1, width // 2 + number] += cosine
            weight[sine_row + 1, number] -= sine
