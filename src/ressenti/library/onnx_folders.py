"""ONNX folders: a transformers model exported to ONNX, and what its labels mean.

A folder holds ``model.onnx``, ``tokenizer.json`` and ``config.json``, and, where the labels are not
known by name, ``ressenti.json``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from ressenti.emotions.label_chances import EITHER_WAY, Labels
from ressenti.emotions.label_meanings import Meaning, meaning_of
from ressenti.errors import InvalidArgument
from ressenti.language import LANGUAGES, Language, Text

MODEL: Final = "model.onnx"
TOKENIZER: Final = "tokenizer.json"
CONFIG: Final = "config.json"
OWN: Final = "ressenti.json"
OWN_KEYS: Final = ("labels", "languages", "threshold", "words")
MOST_TOKENS: Final = 512
SPECIAL_TOKENS: Final = 2
"""Places that some families of models keep for themselves beside those of the tokens."""
SINGLE, MULTIPLE = "single_label_classification", "multi_label_classification"

NO_FOLDER = Text(
    en="there is no folder '{folder}' to read an ONNX model from.",
    fr="il n'y a pas de dossier « {folder} » où lire un modèle ONNX.",
)
NO_FILES = Text(
    en="the folder '{folder}' lacks {files}.",
    fr="il manque {files} dans le dossier « {folder} ».",
)
FOLDER_HINT = Text(
    en="It holds what transformers export for text classification: model.onnx, tokenizer.json and "
    "config.json.",
    fr="Il contient ce que transformers exporte pour la classification de textes : model.onnx, "
    "tokenizer.json et config.json.",
)
NOT_JSON = Text(
    en="'{file}' is not a JSON object.",
    fr="« {file} » n'est pas un objet JSON.",
)
NO_LABELS = Text(
    en="'{file}' does not number its labels from 0 under id2label.",
    fr="« {file} » ne numérote pas ses étiquettes à partir de 0 sous id2label.",
)
LABELS_HINT = Text(
    en='The model must classify texts: "id2label": {{"0": "joy", "1": "anger"}}.',
    fr='Le modèle doit classer des textes : "id2label": {{"0": "joy", "1": "anger"}}.',
)
NOT_A_CLASSIFIER = Text(
    en="'{file}' says problem_type '{problem}', which names no labels.",
    fr="« {file} » dit problem_type « {problem} », qui ne nomme pas d'étiquettes.",
)
PROBLEM_HINT = Text(
    en=f"Known: {SINGLE}, {MULTIPLE}.",
    fr=f"Connus : {SINGLE}, {MULTIPLE}.",
)
UNKNOWN_LABELS = Text(
    en="what these labels of '{file}' mean is not known: {labels}.",
    fr="le sens de ces étiquettes de « {file} » est inconnu : {labels}.",
)
UNKNOWN_HINT = Text(
    en='Write what they mean to \'{own}\': {{"labels": {{"{label}": "annoyance"}}}}. A meaning is '
    "an emotion (joy, appreciation, gratitude, trust, surprise, confusion, annoyance, anger, "
    "disappointment, fear, disgust), or positive, negative, mixed, neutral, or ignored.",
    fr='Écrivez leur sens dans « {own} » : {{"labels": {{"{label}": "agacement"}}}}. Un sens '
    "est une émotion (joie, appréciation, gratitude, confiance, surprise, incompréhension, "
    "agacement, colère, déception, inquiétude, dégoût), ou bien positif, négatif, mixte, neutre ou "
    "ignoré.",
)
NO_SUCH_LABELS = Text(
    en="'{file}' gives a meaning to labels that the model does not have: {labels}.",
    fr="« {file} » donne un sens à des étiquettes que le modèle n'a pas : {labels}.",
)
NAMES_HINT = Text(
    en="Those of the model are: {names}.",
    fr="Celles du modèle sont : {names}.",
)
WRONG_SETTING = Text(
    en="'{file}' has {key} = {value}, which cannot be.",
    fr="« {file} » contient {key} = {value}, ce qui ne se peut.",
)
SETTINGS_HINT = Text(
    en='It may hold "labels" (names and what they mean), "languages" (["fr", "en"]), "threshold" '
    '(between 0 and 1) and "words" (true or false).',
    fr='Il peut contenir "labels" (des noms et leur sens), "languages" (["fr", "en"]), "threshold" '
    '(entre 0 et 1) et "words" (true ou false).',
)


@dataclass(frozen=True, slots=True)
class OnnxFolder:
    """A model's folder, examined.

    Attributes
    ----------
    path : Path
    labels : Labels
    languages : sequence of {"fr", "en"}
        Those that the model knows.
    shows_words : bool
        Whether the words that carry an emotion are looked for, which takes a reading a word.
    most_tokens : int
        What the model reads at most of one clause.
    padding : int
        The number that stands for no token.
    """

    path: Path
    labels: Labels
    languages: Sequence[Language]
    shows_words: bool
    most_tokens: int
    padding: int

    @property
    def model(self) -> Path:
        return self.path / MODEL

    @property
    def tokenizer(self) -> Path:
        return self.path / TOKENIZER

    def fingerprint(self) -> str:
        """Return what changes whenever a file of the folder that is read does."""
        digest = blake2b(digest_size=4)
        for path in sorted(self.path.iterdir()):
            is_read = path.name in (TOKENIZER, CONFIG, OWN) or path.name.startswith(MODEL)
            if is_read and path.is_file():
                digest.update(path.name.encode("utf-8", "surrogateescape"))
                with path.open("rb") as file:
                    while part := file.read(1 << 20):
                        digest.update(part)
        return digest.hexdigest()


def onnx_folder(path: Path) -> OnnxFolder:
    """Return what the folder of a model says of it.

    Raises
    ------
    InvalidArgument
        R102, when a file is missing or wrong, or a label's meaning is not known.
    """
    if not path.is_dir():
        raise InvalidArgument(NO_FOLDER.format(folder=path), hint=FOLDER_HINT)
    missing = [name for name in (MODEL, TOKENIZER, CONFIG) if not (path / name).is_file()]
    if missing:
        listed = ", ".join(missing)
        raise InvalidArgument(NO_FILES.format(folder=path, files=listed), hint=FOLDER_HINT)
    config = _document(path / CONFIG)
    own = _own_settings(path / OWN)
    are_exclusive = _are_exclusive(path / CONFIG, config)
    labels = Labels(
        meanings=_meanings(path, _names(path / CONFIG, config), own.get("labels", {})),
        are_exclusive=are_exclusive,
        threshold=float(own.get("threshold", 0 if are_exclusive else EITHER_WAY)),
    )
    return OnnxFolder(
        path=path,
        labels=labels,
        languages=own.get("languages", LANGUAGES),
        shows_words=own.get("words", False),
        most_tokens=_most_tokens(config.get("max_position_embeddings")),
        padding=_whole_number(config.get("pad_token_id")) or 0,
    )


def _document(path: Path) -> Mapping[str, Any]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise InvalidArgument(NOT_JSON.format(file=path), hint=FOLDER_HINT)
    return told


def _own_settings(path: Path) -> Mapping[str, Any]:
    if not path.is_file():
        return {}
    told = _document(path)
    for key, value in told.items():
        if key not in OWN_KEYS or not _is_possible(key, value):
            shown = json.dumps(value, ensure_ascii=False)
            message = WRONG_SETTING.format(file=path, key=key, value=shown)
            raise InvalidArgument(message, hint=SETTINGS_HINT)
    return told


def _is_possible(key: str, value: Any) -> bool:
    if key == "labels":
        return isinstance(value, dict) and all(
            isinstance(meaning, str) and meaning_of(meaning) is not None
            for meaning in value.values()
        )
    if key == "languages":
        return isinstance(value, list) and bool(value) and all(one in LANGUAGES for one in value)
    if key == "words":
        return isinstance(value, bool)
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1


def _are_exclusive(path: Path, config: Mapping[str, Any]) -> bool:
    # Where nothing is said, transformers take labels to exclude each other.
    problem = config.get("problem_type") or SINGLE
    if problem not in (SINGLE, MULTIPLE):
        message = NOT_A_CLASSIFIER.format(file=path, problem=problem)
        raise InvalidArgument(message, hint=PROBLEM_HINT)
    return bool(problem == SINGLE)


def _names(path: Path, config: Mapping[str, Any]) -> Sequence[str]:
    told = config.get("id2label")
    names = told if isinstance(told, dict) else {}
    numbers = [str(number) for number in range(len(names))]
    if not numbers or set(names) != set(numbers):
        raise InvalidArgument(NO_LABELS.format(file=path), hint=LABELS_HINT.format())
    return [str(names[number]) for number in numbers]


def _meanings(path: Path, names: Sequence[str], own: Mapping[str, str]) -> Sequence[Meaning]:
    strange = [name for name in own if name not in names]
    if strange:
        message = NO_SUCH_LABELS.format(file=path / OWN, labels=", ".join(strange))
        raise InvalidArgument(message, hint=NAMES_HINT.format(names=", ".join(names)))
    found = {name: meaning_of(own.get(name, name)) for name in names}
    unknown = [name for name, meaning in found.items() if meaning is None]
    if unknown:
        message = UNKNOWN_LABELS.format(file=path / CONFIG, labels=", ".join(unknown))
        raise InvalidArgument(message, hint=UNKNOWN_HINT.format(own=path / OWN, label=unknown[0]))
    return [meaning for meaning in map(found.__getitem__, names) if meaning is not None]


def _most_tokens(told: Any) -> int:
    places = _whole_number(told)
    return MOST_TOKENS if places is None else max(1, min(MOST_TOKENS, places - SPECIAL_TOKENS))


def _whole_number(told: Any) -> int | None:
    return told if isinstance(told, int) and not isinstance(told, bool) else None
