"""A real language model behind llama.cpp's own server: what we take its protocol to be is what it is."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from tests.support.waiting import until
from tests.tools.real_language_model import MODEL, SERVER, is_there, language_model_directory
from voicepipe.processing.desk import Processing, Terms
from voicepipe.processing.kinds import Kind, Material
from voicepipe.processing.llm.client import Client, DoesNotFit
from voicepipe.processing.messages import Model

pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(180)]

CONTEXT_TOKENS = 1024
TEXT = Material(
    "The meeting is on Monday at nine. Anna brings the slides about the budget. Ben books the large room for twelve"
    " people. The customer wants an answer by Friday. We talk about the new prices then.",
    "en",
)


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    directory = language_model_directory()
    if not is_there(directory):
        pytest.skip("the language model and its server are not here; make them by: scripts/real_model --language-model")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (tmp_path_factory.mktemp("llama") / "log").open("wb") as log, serving(directory, port, log.fileno()) as server:
        wait_for(port, server)
        yield f"http://127.0.0.1:{port}/v1"
        server.kill()


def serving(directory: Path, port: int, log: int) -> subprocess.Popen[bytes]:
    how = ("--host", "127.0.0.1", "--port", str(port), "-c", str(CONTEXT_TOKENS), "-t", "2", "--parallel", "1")
    command = [str(directory / SERVER), "-m", str(directory / MODEL), *how, "--seed", "7", "--slots"]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert server.poll() is None, "the server has ended"
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the server does not get ready")


def model(endpoint: str) -> Model:
    return Model(
        endpoint=endpoint,
        name="smollm2",
        api_key="",
        context_tokens=CONTEXT_TOKENS,
        timeout_seconds=60.0,
        attempts=1,
        is_ollama=False,
    )


@pytest.fixture(scope="module")
def client(endpoint: str) -> Client:
    address = urlsplit(endpoint)
    assert address.port is not None
    return Client(model(endpoint), lambda: socket.create_connection(("127.0.0.1", address.port or 0)))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(endpoint: str) -> AsyncIterator[Processing]:
    opened = Processing(Terms(model=model(endpoint), model_seconds=120.0))
    yield opened
    await opened.stop()


def said(text: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text}]


def in_time() -> float:
    return time.monotonic() + 100


async def test_an_answer_comes_word_by_word_and_tells_its_tokens(client: Client) -> None:
    grown: list[str] = []
    answer = await asyncio.to_thread(client.ask, said("Say hello to Anna."), 400, in_time(), grown.append)
    assert len(grown) > 2
    assert all(later.startswith(earlier) for earlier, later in pairwise(grown))
    assert answer.text == grown[-1]
    assert answer.prompt_tokens is not None
    assert 5 < answer.prompt_tokens < 100


async def test_an_answer_that_is_cut_is_none(client: Client) -> None:
    with pytest.raises(DoesNotFit):
        await asyncio.to_thread(client.ask, said("Count from one to one hundred."), 8, in_time(), lambda _: None)


async def test_what_is_longer_than_the_context_is_told_so(client: Client) -> None:
    with pytest.raises(DoesNotFit):
        await asyncio.to_thread(client.ask, said("a word " * 3000), 8, in_time(), lambda _: None)


async def test_a_summary_is_made_by_the_process_that_is_shut_in(desk: Processing) -> None:
    grown: list[str] = []
    made = await desk.make(Kind.SUMMARY, TEXT, on_text=grown.append)
    assert (made.model, made.stands_in) == ("smollm2", False)
    assert made.plain
    assert grown


async def test_what_is_given_up_occupies_the_server_no_longer(desk: Processing, endpoint: str) -> None:
    grown: list[str] = []
    long = replace(TEXT, text=TEXT.text * 6)  # it would be at it for much longer than we wait
    making = asyncio.create_task(desk.make(Kind.TRANSLATION, long, language="de", on_text=grown.append))
    await until(lambda: bool(grown), 60)
    making.cancel()
    await until(lambda: not is_at_work(endpoint), 4)


def is_at_work(endpoint: str) -> bool:
    with urllib.request.urlopen(endpoint.replace("/v1", "/slots"), timeout=5) as answer:
        return bool(json.load(answer)[0]["is_processing"])
