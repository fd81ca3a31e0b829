"""The configuration: where it is read from, what wins, and what its errors say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from pydantic import ValidationError

from tests.support.places import ROOT
from voicepipe.config import (
    Config,
    ServiceConfig,
    TelegramConfig,
    WorkersConfig,
    loading,
    sections,
)
from voicepipe.config.keys import SETTINGS, Setting, masked, require_telegram
from voicepipe.config.kinds import SPEECH_LANGUAGES
from voicepipe.config.loading import find_config_file, load_config
from voicepipe.errors import ConfigError

SECRET = "123456:very-secret-token"
PEM = "-----BEGIN RSA PUBLIC KEY-----\nMEgCQQDf\n-----END RSA PUBLIC KEY-----\n"


@pytest.fixture(autouse=True)
def _empty_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(loading, "SEARCHED_FILES", (Path("config.toml"), tmp_path / "etc" / "config.toml"))
    for variable in ("STATE_DIRECTORY", "RUNTIME_DIRECTORY", "XDG_STATE_HOME", "VOICEPIPE_CONFIG"):
        monkeypatch.delenv(variable, raising=False)


def problems_of(toml: str | bytes = "", environ: Mapping[str, str] | None = None) -> list[str]:
    """The lines of the error that this configuration raises."""
    Path("given.toml").write_bytes(toml if isinstance(toml, bytes) else toml.encode())
    with pytest.raises(ConfigError) as caught:
        load_config(Path("given.toml"), environ or {})
    assert caught.value.exit_code == 78
    assert caught.value.__suppress_context__ or caught.value.__context__ is None, "a traceback would show the input"
    return str(caught.value).splitlines()


def credentials(**files: str) -> dict[str, str]:
    directory = Path("credentials")
    directory.mkdir()
    for name, content in files.items():
        (directory / name.replace("__", ".")).write_text(content, encoding="utf-8")
    return {"CREDENTIALS_DIRECTORY": str(directory)}


# --- sources --------------------------------------------------------------------------------------------------------
def test_no_file_and_no_variable_give_the_defaults() -> None:
    assert load_config(None, {}) == Config()


def test_the_defaults_obey_their_own_rules() -> None:
    for setting in SETTINGS:
        section = getattr(Config(), setting.section)
        assert type(section).model_validate({setting.key: setting.value_in(Config())}) == section


def test_each_source_wins_over_the_one_before_key_by_key() -> None:
    Path("config.toml").write_text('[limits]\nmax_jobs = 1\nmax_file_mib = 1\n[quota]\ntime_zone = "Europe/Moscow"\n')
    environ = {"VOICEPIPE_LIMITS__MAX_JOBS": "2", "VOICEPIPE_LIMITS__MAX_FILE_MIB": "2"}
    config = load_config(None, environ | credentials(limits__max_jobs="3\n"))
    assert (config.limits.max_jobs, config.limits.max_file_mib) == (3, 2)
    assert config.quota.time_zone == config.quota.zone.key == "Europe/Moscow"
    assert config.limits.max_recording_seconds == 300


def test_values_of_the_environment_are_parsed_by_their_types() -> None:
    environ = {
        "VOICEPIPE_RECOGNITION__VAD": "false",
        "VOICEPIPE_WORKERS__BACKOFF_CAP_SECONDS": " 2.5 ",
        "VOICEPIPE_TELEGRAM__BOT_TOKEN": SECRET,
        "VOICEPIPE_SERVICE__STATE_DIR": "/srv/voicepipe",
        "VOICEPIPE_SERVICE__LOG_FORMAT": "",
        "OTHER": "x",
    }
    config = load_config(None, environ)
    assert config.recognition.vad is False
    assert config.workers.backoff_cap_seconds == 2.5
    assert config.telegram.bot_token.get_secret_value() == SECRET
    assert config.service.state_dir == Path("/srv/voicepipe")
    assert config.service.log_format == "auto"


def test_secrets_come_from_credentials_without_their_line_end() -> None:
    files = {"telegram__bot_token": f"{SECRET}\n", "telegram__api_id": "17\n", "telegram__api_hash": "abc\n"}
    config = load_config(None, credentials(**files, other__service="ignored", plain="ignored"))
    assert config.telegram.bot_token.get_secret_value() == SECRET
    assert (config.telegram.api_id, config.telegram.api_hash.get_secret_value()) == (17, "abc")


def test_where_the_file_is_looked_for() -> None:
    assert find_config_file(None, {}) is None
    etc = loading.SEARCHED_FILES[1]
    etc.parent.mkdir()
    etc.write_text("")
    assert find_config_file(None, {}) == etc
    Path("config.toml").write_text("")
    assert find_config_file(None, {}) == Path("config.toml")
    assert find_config_file(None, {"VOICEPIPE_CONFIG": "a.toml"}) == Path("a.toml")
    assert find_config_file(Path("b.toml"), {"VOICEPIPE_CONFIG": "a.toml"}) == Path("b.toml")


@pytest.mark.parametrize(
    ("path", "environ"), [(Path("missing.toml"), {}), (None, {"VOICEPIPE_CONFIG": "missing.toml"})]
)
def test_a_named_file_must_exist(path: Path | None, environ: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=r"missing\.toml: the configuration file can't be read: No such file"):
        load_config(path, environ)


def test_a_directory_is_no_configuration_file() -> None:
    with pytest.raises(ConfigError, match=r"^\.: the configuration file can't be read: Is a directory$"):
        load_config(Path(), {})


def test_the_file_may_be_a_pipe() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"[limits]\nmax_jobs = 7")
    os.close(writing)
    try:
        assert load_config(Path(f"/dev/fd/{reading}"), {}).limits.max_jobs == 7
    finally:
        os.close(reading)


def test_a_file_that_may_not_be_looked_at_is_no_reason_to_go_on_with_another(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path) -> os.stat_result:
        raise PermissionError

    monkeypatch.setattr(Path, "stat", refuse)
    assert find_config_file(None, {}) == Path("config.toml")


def test_the_result_is_frozen() -> None:
    with pytest.raises(ValidationError):
        Config().limits.max_jobs = 5  # type: ignore[misc]  # that is what must fail


# --- errors ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        ("[limits]\nmax_jobs = 0", "[limits] max_jobs = 0: expected a whole number from 1 to 100000"),
        ('[limits]\nmax_jobs = "9"', '[limits] max_jobs = "9": expected a whole number from 1 to 100000'),
        ("[limits]\nmin_free_disk_mib = -1", "[limits] min_free_disk_mib = -1: expected a whole number of at least 0"),
        ("[workers]\ncount = true", "[workers] count = true: expected a whole number from 0 to 64"),
        ("[workers]\nthreads = 1.5", "[workers] threads = 1.5: expected a whole number from 1 to 64"),
        ("[workers]\nheartbeat_seconds = 0", "[workers] heartbeat_seconds = 0: expected a number above 0"),
        ("[workers]\nbackoff_cap_seconds = inf", "[workers] backoff_cap_seconds = Infinity: expected a number above 0"),
        ("[recognition]\nvad = 1", "[recognition] vad = 1: expected true or false"),
        ('[recognition]\ndevice = "gpu"', '[recognition] device = "gpu": expected one of "cpu", "cuda", "auto"'),
        (
            "[quota]\ntime_zone = 2020-01-01",
            '[quota] time_zone = "2020-01-01": expected an IANA time zone such as Europe/',
        ),
        (
            '[quota]\ntime_zone = "Europe/Mosco"',
            '[quota] time_zone = "Europe/Mosco": expected an IANA time zone such as Europe/Moscow; '
            "did you mean Europe/Moscow?",
        ),
        ('[quota]\ntime_zone = "Europe"', '[quota] time_zone = "Europe": expected an IANA time zone'),
        ('[quota]\ntime_zone = "../x"', '[quota] time_zone = "../x": expected an IANA time zone'),
        (
            '[recognition]\nlanguage = "russian"',
            '[recognition] language = "russian": expected "auto" or a Whisper language code such as ru or en',
        ),
        (
            '[recognition]\npreferred_language = "auto"',
            '[recognition] preferred_language = "auto": expected a Whisper language code such as ru or en',
        ),
        ('[recognition]\ncompute_type = "int4"', '[recognition] compute_type = "int4": expected one of "default", '),
        (
            '[recognition]\nmodel = " "',
            "[recognition] model = \" \": expected a model's name such as base, a directory's",
        ),
        ("[service]\nstate_dir = 5", "[service] state_dir = 5: expected a directory's path, or nothing"),
        ("[telegram]\nbot_token = 555", "[telegram] bot_token = ********: expected text"),
        ("[limits]\nmax_job = 5", "[limits] max_job is unknown; did you mean [limits] max_jobs?"),
        ("[limits]\ndaily_seconds = 5", "[limits] daily_seconds is unknown; did you mean [quota] daily_seconds?"),
        ("[limits]\nnonsense = 5", "[limits] nonsense is unknown"),
        ("[limit]\nmax_jobs = 5", "unknown section [limit]; did you mean [limits]?"),
        ("[LIMITS]\nmax_jobs = 5", "unknown section [LIMITS]"),
        ("limits = 5", "limits is a section: expected a table [limits] of keys"),
        ("max_jobs = 5", "max_jobs stands outside the sections; did you mean [limits] max_jobs?"),
        ("[limits]\nmax_jobs = [", "broken TOML: Invalid value (at end of document)"),
        ("[limits]\nmax_jobs 5", "broken TOML: Expected '=' after a key in a key/value pair (at line 2, column 10)"),
        (b"[quota]\n# \xff", "the configuration file is not UTF-8 text (byte 10)"),
    ],
)
def test_what_is_wrong_in_the_file_is_said_in_one_line(toml: str | bytes, expected: str) -> None:
    (problem,) = problems_of(toml)
    assert problem.startswith(f"given.toml: {expected}")


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        (
            "LIMITS__MAX_JOBS",
            "x",
            '_LIMITS__MAX_JOBS: [limits] max_jobs = "x": expected a whole number from 1 to 100000',
        ),
        ("LIMITS__MAX_JOB", "5", "_LIMITS__MAX_JOB is unknown; did you mean VOICEPIPE_LIMITS__MAX_JOBS?"),
        ("LIMIT__MAX_JOBS", "5", "_LIMIT__MAX_JOBS is unknown; did you mean VOICEPIPE_LIMITS__MAX_JOBS?"),
        ("LIMITS_MAX_JOBS", "5", "_LIMITS_MAX_JOBS is unknown; did you mean VOICEPIPE_LIMITS__MAX_JOBS?"),
        ("FOO", "5", "_FOO is unknown"),
        ("LIMITS", "5", "_LIMITS is unknown; did you mean VOICEPIPE_LIMITS__MAX_JOBS?"),
        ("LIMITS", '{"max_jobs": 5}', "_LIMITS is unknown; did you mean VOICEPIPE_LIMITS__MAX_JOBS?"),
        ("LIMITS__MAX__JOBS", "5", "_LIMITS__MAX__JOBS is unknown; did you mean VOICEPIPE_LIMITS__MAX_JOBS?"),
        (
            "TELEGRAM__API_ID",
            "x",
            "_TELEGRAM__API_ID: [telegram] api_id = ********: expected a whole number of at least 0",
        ),
    ],
)
def test_what_is_wrong_in_the_environment_is_said_in_one_line(variable: str, value: str, expected: str) -> None:
    (problem,) = problems_of(environ={f"VOICEPIPE_{variable}": value})
    assert problem == f"environment: VOICEPIPE{expected}"


def test_what_is_wrong_in_a_credential_is_said_in_one_line() -> None:
    environ = credentials(telegram__api_id="x", telegram__bot_tokn=SECRET, unrelated__token="x")
    assert problems_of(environ=environ) == [
        "credential telegram.api_id: [telegram] api_id = ********: expected a whole number of at least 0",
        "credential telegram.bot_tokn is unknown; did you mean telegram.bot_token?",
    ]


def test_a_credential_that_is_no_text_is_an_error() -> None:
    environ = credentials()
    Path("credentials", "telegram.bot_token").write_bytes(b"\xff\xfe")
    assert problems_of(environ=environ) == [
        "credential telegram.bot_token: credentials/telegram.bot_token is no UTF-8 text"
    ]


def test_credentials_of_others_are_not_read() -> None:
    environ = credentials(telegram__bot_token=SECRET)
    Path("credentials", "other.key").write_bytes(b"\xff\xfe")
    assert load_config(None, environ).telegram.bot_token.get_secret_value() == SECRET


def test_a_missing_credentials_directory_is_an_error() -> None:
    (problem,) = problems_of(environ={"CREDENTIALS_DIRECTORY": "gone"})
    assert problem == "environment: CREDENTIALS_DIRECTORY names gone, which is no directory"


def test_a_credentials_directory_that_may_not_be_listed_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    environ = credentials(telegram__bot_token=SECRET)

    def refuse(self: Path) -> Iterator[Path]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    (problem,) = problems_of(environ=environ)
    assert problem.startswith("environment: CREDENTIALS_DIRECTORY names credentials, which the user ")
    assert problem.endswith(" can't read: Permission denied")


def test_an_empty_credential_is_not_set() -> None:
    """systemd is given one of a blank for a file that is missing, so that what is missing is named."""
    assert load_config(environ=credentials(telegram__api_id="\n")).telegram.api_id == 0


def test_all_problems_of_all_sources_are_told_at_once() -> None:
    environ = credentials(limits__max_jobs="0") | {"VOICEPIPE_FOO": "1", "VOICEPIPE_RECOGNITION__BEAM_SIZE": "99"}
    sources = [problem.split()[0] for problem in problems_of("[limits]\nmax_jobs = 0\nfoo = 1", environ)]
    assert sources == ["given.toml:", "given.toml:", "environment:", "environment:", "credential"]


@pytest.mark.parametrize(
    "toml",
    [
        f'[telegram]\nbot_tokn = "{SECRET}"',
        f'[telegran]\nbot_token = "{SECRET}"',
        f'bot_token = "{SECRET}"',
        f'[telegram]\nbot_token = ["{SECRET}"]',
        f'telegram = "{SECRET}"',
        f'[telegram]\nbot_token = "{SECRET}',
        f"[telegram]\nbot_token = {SECRET}",
    ],
)
def test_a_secret_is_never_shown(toml: str) -> None:
    assert SECRET not in "\n".join(problems_of(toml))


def test_a_secret_is_not_shown_by_the_object_either() -> None:
    config = load_config(None, {"VOICEPIPE_TELEGRAM__BOT_TOKEN": SECRET})
    assert SECRET not in f"{config!r} {config} {masked(config)} {config.model_dump_json()}"
    with pytest.raises(ValidationError) as caught:
        TelegramConfig.model_validate({"bot_token": [SECRET]})
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        (
            "[workers]\nbackoff_base_seconds = 60",
            "[workers] backoff_base_seconds is above backoff_cap_seconds: expected it to be at most as long",
        ),
        (
            f'[telegram]\nserver_key = """{PEM}"""',
            "[telegram] server_key is set but server is not: expected both or none",
        ),
        (
            '[recognition]\nlanguages = ["en", "de"]\npreferred_language = "de"\nlanguage = "ru"',
            '[recognition] language = "ru" is not among languages = ["en", "de"]: expected one of them, or "auto"',
        ),
        (
            '[recognition]\nlanguages = ["en", "de"]',
            '[recognition] preferred_language = "ru" is not among languages = ["en", "de"]: expected one of them',
        ),
    ],
)
def test_keys_that_contradict_each_other(toml: str, expected: str) -> None:
    assert problems_of(toml) == [expected]


def test_a_contradiction_is_no_news_while_a_source_is_unreadable() -> None:
    assert len(problems_of("[telegram]\nserver = 5", {"VOICEPIPE_TELEGRAM__SERVER_KEY": PEM})) == 1


def test_a_worker_does_not_pay_for_reading_the_configuration() -> None:
    code = "import sys, voicepipe.config; sys.exit('pydantic_settings' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("given", ["ru,en", "ru en", "ru, en,ru"])
def test_languages_stand_in_a_variable_as_in_the_file(given: str) -> None:
    config = load_config(None, {"VOICEPIPE_RECOGNITION__LANGUAGES": given})
    assert config.recognition.languages == ("ru", "en")
    assert masked(config)["recognition"]["languages"] == ["ru", "en"]


def test_a_language_that_no_model_knows_is_named() -> None:
    allowed = 'expected a list of Whisper language codes such as ["ru", "en"], or [] for all'
    problem = f"""[recognition] languages = ["ru", "russian"]: {allowed}; no model knows 'russian'"""
    assert [line.partition(": ")[2] for line in problems_of('[recognition]\nlanguages = ["ru", "russian"]')] == [
        problem
    ]


# --- config.toml ----------------------------------------------------------------------------------------------------
def test_the_shipped_file_loads_to_the_defaults() -> None:
    assert load_config(ROOT / "config.toml", {}) == Config()


def test_the_shipped_file_holds_every_key_with_its_default() -> None:
    text = (ROOT / "config.toml").read_text(encoding="utf-8")
    uncommented = re.sub(r"^#(?=\w+ = )", "", text, flags=re.MULTILINE)
    tables = tomllib.loads(uncommented)
    assert [f"[{section}] {key}" for section, keys in tables.items() for key in keys] == [s.name for s in SETTINGS]
    for setting in SETTINGS:
        assert f"{setting.key} = {setting.default_toml}" in uncommented.splitlines(), setting.name


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.credential)
def test_every_key_says_what_it_is_and_what_it_accepts(setting: Setting) -> None:
    assert setting.description
    assert setting.info.annotation not in (int, float) or re.search("from|at least|above", setting.allowed)


# --- what the sections offer ----------------------------------------------------------------------------------------
def test_the_state_directory() -> None:
    assert ServiceConfig().state_path == Path.home() / ".local/state/voicepipe"


def test_the_state_directory_by_xdg(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/xdg")
    assert ServiceConfig().state_path == Path("/xdg/voicepipe")


def test_directories_given_by_systemd(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", "/var/lib/voicepipe:/var/lib/other")
    assert ServiceConfig().socket_path == Path("/var/lib/voicepipe/control.sock")
    monkeypatch.setenv("RUNTIME_DIRECTORY", "/run/voicepipe")
    service = ServiceConfig()
    assert service.socket_path == Path("/run/voicepipe/control.sock")
    assert {service.files.models, service.files.spool, service.files.session} == {
        Path("/var/lib/voicepipe/models"),
        Path("/var/lib/voicepipe/spool"),
        Path("/var/lib/voicepipe/bot.session"),
    }


def test_directories_given_by_the_operator_win(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", "/var/lib/voicepipe")
    monkeypatch.setenv("HOME", "/home/op")
    service = ServiceConfig(state_dir=Path("~/state"), runtime_dir=Path("/run/x"))
    assert (service.state_path, service.runtime_path) == (Path("/home/op/state"), Path("/run/x"))


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ("", {}),
        ("127.0.0.1:443", {2: ("127.0.0.1", 443)}),
        ("2@tg.example:443, 4@[::1]:8443", {2: ("tg.example", 443), 4: ("::1", 8443)}),
    ],
)
def test_servers(server: str, expected: dict[int, tuple[str, int]]) -> None:
    assert TelegramConfig(server=server).servers == expected


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ("host", "host is no HOST:PORT"),
        ("host:0", "host:0 is no HOST:PORT"),
        ("host:65536", "host:65536 is no HOST:PORT"),
        ("2@a:1,2@b:1", "data centre 2 is named twice"),
        ("a:1,2@b:1", "data centre 2 is named twice"),
        ("9@a:1", "data centre 9 does not exist, they are 1 to 5"),
        ("x@a:1", "x@a:1 is no HOST:PORT"),
    ],
)
def test_invalid_servers(server: str, expected: str) -> None:
    (problem,) = problems_of(f'[telegram]\nserver = "{server}"')
    assert problem.endswith(f"or nothing; {expected}")


def test_the_server_key_is_a_file_or_the_pem_itself() -> None:
    Path("key.pem").write_text(PEM)
    assert TelegramConfig(server_key="key.pem").server_key_pem == PEM
    assert TelegramConfig(server_key=PEM).server_key_pem == PEM
    assert TelegramConfig(server_key=PEM.replace("\n", "\\n")).server_key_pem == PEM
    assert TelegramConfig().server_key_pem == ""


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("missing.pem", "the file can't be read (FileNotFoundError)"),
        ("text.pem", "that is no public key in PEM form"),
        ("-----BEGIN RSA PRIVATE KEY-----", "that is no public key in PEM form"),
    ],
)
def test_invalid_server_keys(key: str, expected: str) -> None:
    Path("text.pem").write_text("hello")
    (problem,) = problems_of(f'[telegram]\nserver = "h:1"\nserver_key = "{key}"')
    assert problem.endswith(expected)


def test_a_private_key_given_by_mistake_is_not_shown() -> None:
    key = "-----BEGIN RSA PRIVATE KEY-----\\nMEgCQQDf\\n-----END RSA PRIVATE KEY-----"
    (problem,) = problems_of(f'[telegram]\nserver = "h:1"\nserver_key = "{key}"')
    assert "MEgCQQDf" not in problem


def test_what_is_missing_for_signing_in_is_named_with_its_origin() -> None:
    with pytest.raises(ConfigError) as caught:
        require_telegram(load_config(None, {"VOICEPIPE_TELEGRAM__API_ID": "5"}))
    first, second = str(caught.value).splitlines()
    assert first.startswith("[telegram] api_hash is missing: get it at https://my.telegram.org/apps")
    assert second.startswith("[telegram] bot_token is missing: ask @BotFather")
    assert second.endswith("VOICEPIPE_TELEGRAM__BOT_TOKEN or the systemd credential telegram.bot_token")


def test_nothing_is_missing_for_signing_in() -> None:
    environ = {f"VOICEPIPE_TELEGRAM__{key}": "5" for key in ("API_ID", "API_HASH", "BOT_TOKEN")}
    require_telegram(load_config(None, environ))


def test_the_masked_configuration() -> None:
    shown = masked(load_config(None, {"VOICEPIPE_TELEGRAM__BOT_TOKEN": SECRET}))
    assert [(section, key) for section in shown for key in shown[section]] == [(s.section, s.key) for s in SETTINGS]
    assert (shown["telegram"]["bot_token"], shown["telegram"]["api_hash"]) == ("********", "")
    assert (shown["limits"]["max_jobs"], shown["service"]["state_dir"]) == (100, "")


def test_every_key_is_described() -> None:
    assert [setting.name for setting in SETTINGS if not setting.description] == []


def test_the_language_codes_are_whispers() -> None:
    tokenizer = pytest.importorskip("faster_whisper.tokenizer")
    assert set(tokenizer._LANGUAGE_CODES) == SPEECH_LANGUAGES


# --- workers --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("cpus", "count", "expected"), [(1, 0, 1), (2, 0, 2), (8, 0, 3), (8, 7, 7), (1, 2, 2)])
def test_the_number_of_workers(cpus: int, count: int, expected: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sections, "usable_cpus", lambda: cpus)
    assert WorkersConfig(count=count).resolved_count == expected


# --- profiles -------------------------------------------------------------------------------------------------------
def how_it_decodes(config: Config) -> tuple[int, bool, bool]:
    recognition = config.recognition
    return recognition.resolved_beam_size, recognition.resolved_short_context, recognition.resolved_limit_tokens


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, (5, False, True)),
        ({"PROFILE": "accurate"}, (5, False, True)),
        ({"PROFILE": "balanced"}, (5, True, True)),
        ({"PROFILE": "fast"}, (1, True, True)),
        ({"PROFILE": "fast", "BEAM_SIZE": "3"}, (3, True, True)),
        ({"PROFILE": "fast", "SHORT_CONTEXT": "false", "LIMIT_TOKENS": "false"}, (1, False, False)),
        ({"BEAM_SIZE": "1", "SHORT_CONTEXT": "true", "LIMIT_TOKENS": "false"}, (1, True, False)),
    ],
)
def test_a_key_of_its_own_wins_over_the_profile(environ: dict[str, str], expected: tuple[int, bool, bool]) -> None:
    config = load_config(None, {f"VOICEPIPE_RECOGNITION__{key}": value for key, value in environ.items()})
    assert how_it_decodes(config) == expected


def test_empty_keys_are_as_the_profile_has_them() -> None:
    Path("given.toml").write_text(
        '[recognition]\nprofile = "fast"\nbeam_size = ""\nshort_context = ""\nlimit_tokens = ""\n'
    )
    assert how_it_decodes(load_config(Path("given.toml"), {})) == (1, True, True)


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        ("beam_size = 0", "beam_size = 0: expected a whole number from 1 to 20, or nothing"),
        ("beam_size = 2.5", "beam_size = 2.5: expected a whole number from 1 to 20, or nothing"),
        ('short_context = "yes"', 'short_context = "yes": expected true or false, or nothing'),
        ('profile = "quick"', 'profile = "quick": expected one of "accurate", "balanced", "fast"'),
    ],
)
def test_what_is_wrong_with_a_profile_is_said_in_one_line(toml: str, expected: str) -> None:
    assert problems_of(f"[recognition]\n{toml}") == [f"given.toml: [recognition] {expected}"]


def test_former_name_of_a_key_is_understood_from_every_source(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("[workers]\nrecycle_jobs = 7\n")
    assert load_config(file, {}).workers.recycle_tasks == 7
    assert load_config(None, {"VOICEPIPE_WORKERS__RECYCLE_JOBS": "8"}).workers.recycle_tasks == 8
    file.write_text("[workers]\nrecycle_jobs = 7\nrecycle_tasks = 9\n")
    with pytest.raises(ConfigError, match="recycle_jobs is unknown"):
        load_config(file, {})
