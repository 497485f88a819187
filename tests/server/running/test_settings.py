"""Settings come from the environment, typed; a wrong one is named and nothing is guessed."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from ressenti.errors import InvalidArgument
from ressenti.server.running.settings import ServerSettings, server_settings


def settings(data: Path, **variables: str) -> ServerSettings:
    return server_settings({"RESSENTI_DATA": str(data)} | variables)


def test_nothing_but_a_folder_is_needed_on_this_machine(tmp_path: Path) -> None:
    found = settings(tmp_path)
    assert (found.host, found.port, found.base_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert (found.database_url, found.smtp_url, found.is_demo) == (None, None, False)
    assert found.metrics_token is None
    assert found.trusted_hosts == ("127.0.0.1",)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "survey.example.com"])
def test_a_host_that_others_reach_is_refused_without_an_address_for_links(
    tmp_path: Path, host: str
) -> None:
    with pytest.raises(InvalidArgument, match=f"RESSENTI_HOST is '{host}'.*RESSENTI_BASE_URL"):
        settings(tmp_path, RESSENTI_HOST=host)
    address = "https://survey.example.com"
    found = settings(tmp_path, RESSENTI_HOST=host, RESSENTI_BASE_URL=f"{address}/")
    assert (found.base_url, found.trusted_hosts) == (address, ("survey.example.com",))


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("RESSENTI_PORT", "80 80", "a number from 1 to 65535"),
        ("RESSENTI_PORT", "65536", "a number from 1 to 65535"),
        ("RESSENTI_PORT", "٨٠", "a number from 1 to 65535"),
        ("RESSENTI_WEB_WORKERS", "0", "a number from 1 to 64"),
        ("RESSENTI_DEMO", "perhaps", "yes or no"),
        ("RESSENTI_BASE_URL", "survey.example.com", "an address such as"),
        ("RESSENTI_BASE_URL", "javascript:alert(1)", "an address such as"),
        ("RESSENTI_SECRET_KEY_FILE", "/nowhere/key", "cannot be read"),
    ],
)
def test_a_wrong_value_is_named_and_quoted(
    tmp_path: Path, name: str, value: str, reason: str
) -> None:
    with pytest.raises(InvalidArgument) as refusal:
        settings(tmp_path, **{name: value})
    assert f"{name} is '{value}'" in refusal.value.to("en")
    assert reason in refusal.value.to("en")
    assert f"{name} vaut « {value} » :" in refusal.value.to("fr").replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://root:hush@db/ressenti"),
        ("RESSENTI_SMTP_URL", "http://me:hush@mail"),
        ("RESSENTI_SECRET_KEY", "hush"),
        ("RESSENTI_METRICS_TOKEN", "hush"),
    ],
)
def test_a_wrong_value_that_holds_a_secret_is_named_and_not_repeated(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(InvalidArgument, match=name) as refusal:
        settings(tmp_path, **{name: value})
    assert "hush" not in refusal.value.to("en") + refusal.value.to("fr")


def test_secrets_are_read_from_files(tmp_path: Path) -> None:
    file = tmp_path / "database"
    file.write_text("postgresql://ressenti:hush@db/ressenti\n")
    found = settings(tmp_path, DATABASE_URL_FILE=str(file))
    assert found.database_url == "postgresql://ressenti:hush@db/ressenti"
    with pytest.raises(InvalidArgument, match="DATABASE_URL is set too"):
        settings(tmp_path, DATABASE_URL_FILE=str(file), DATABASE_URL="postgresql://other/x")


def test_the_secret_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    data = tmp_path / "new"
    first = settings(data).secret_key
    assert len(first) >= 64
    assert settings(data).secret_key == first
    assert (data / "secret.key").stat().st_mode & 0o777 == 0o600
    assert settings(tmp_path / "other").secret_key != first
    assert settings(data, RESSENTI_SECRET_KEY="k" * 32).secret_key == "k" * 32


def test_processes_that_start_together_share_one_key(tmp_path: Path) -> None:
    together = threading.Barrier(8)
    keys: list[str] = []

    def read() -> None:
        together.wait()
        keys.append(settings(tmp_path).secret_key)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(keys), len(set(keys))) == (8, 1)
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]
