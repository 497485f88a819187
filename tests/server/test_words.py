"""The words of the server: everything a person reads is there in French, compiled as written."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

SERVER = Path(__file__).resolve().parents[2] / "src" / "ressenti" / "server"
WORDS = SERVER / "locale" / "fr" / "LC_MESSAGES" / "django.po"

QUOTED = r"""(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')"""
IN_PYTHON = re.compile(rf"(?<![\w.])(?:_|gettext|gettext_lazy)\(\s*((?:{QUOTED}\s*)+)[,)]")
IN_TEMPLATES = re.compile(rf"{{%\s*translate\s+{QUOTED}")
BLOCKS = re.compile(r"{%\s*blocktranslate([^%]*)%}(.*?){%\s*endblocktranslate\s*%}", re.DOTALL)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


@pytest.fixture(scope="module")
def french() -> Catalog:
    with WORDS.open("rb") as file:
        return read_po(file, locale="fr")


def words_in_python() -> set[str]:
    found = set()
    for path in SERVER.rglob("*.py"):
        if "migrations" in path.parts:
            continue
        for match in IN_PYTHON.finditer(path.read_text()):
            pieces = re.findall(QUOTED, match[1])
            text = "".join(double or single for double, single in pieces)
            found.add(text.encode().decode("unicode_escape").encode("latin-1").decode())
    return found


def words_in_templates() -> set[str]:
    found = set()
    for path in (SERVER / "templates").rglob("*"):
        if path.suffix not in {".html", ".txt"}:
            continue
        text = path.read_text()
        found |= {
            # Django writes a per cent sign twice in what it looks up.
            (double or single).replace("%", "%%")
            for double, single in IN_TEMPLATES.findall(text)
        }
        for options, inside in BLOCKS.findall(text):
            one = inside.split("{% plural %}")[0]
            if "trimmed" in options:
                one = " ".join(line.strip() for line in one.strip().splitlines())
            found.add(re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", one))
    return found


def test_every_word_of_the_server_is_there_in_french(french: Catalog) -> None:
    known = {
        one
        for message in french
        for one in (message.id if isinstance(message.id, tuple) else (message.id,))
    }
    wanted = {word for word in words_in_python() | words_in_templates() if word.strip()}
    assert sorted(wanted - known) == []


def test_every_message_has_its_translation_with_the_same_placeholders(french: Catalog) -> None:
    for message in french:
        if not message.id:
            continue
        originals = message.id if isinstance(message.id, tuple) else (message.id,)
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(said), message.id
        wanted = set(PLACEHOLDER.findall(" ".join(originals)))
        for text in said[-1:]:
            assert set(PLACEHOLDER.findall(text)) <= wanted, message.id


def test_french_has_its_spaces(french: Catalog) -> None:
    for message in french:
        if not message.id:
            continue
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        for text in said:
            assert not re.search(r"[^\s\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}][;?!]", text), (
                text
            )
            assert "« " not in text.replace("«\N{NO-BREAK SPACE}", ""), text


def test_what_is_compiled_is_what_is_written(french: Catalog) -> None:
    fresh = io.BytesIO()
    write_mo(fresh, french)
    fresh.seek(0)
    with WORDS.with_suffix(".mo").open("rb") as file:
        compiled = texts(read_mo(file))
    assert compiled == texts(read_mo(fresh))


def texts(catalog: Catalog) -> dict[str, str]:
    """Return the translation of each message, by its words and context."""
    return {f"{one.context}|{one.id}": str(one.string) for one in catalog if one.id}
