"""Whisper models for measurements: true to shape and cost, with weights made up so that they say a given text.

script    what such a model says, and in which place of its output
tokens    a vocabulary of Whisper's size that holds the text's words, with the special tokens at their true places
ct2       arrays of Whisper's dimensions that make the decoder follow the script (`voicepipe/worker/engines/whisper/`
          `weights.py`) as a CTranslate2 model, as faster-whisper loads it
ggml      the same arrays as a file for whisper.cpp
build     all of it: `scripts/build_bench_model`

Such a model hears nothing: whatever the recording, each window of 30 s yields the script's text.
"""
