"""ONNX models: the logits of texts, each the same whatever is read beside it."""

from __future__ import annotations

import mmap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ressenti.errors import InvalidArgument, MissingExtra
from ressenti.language import Text
from ressenti.library.onnx_folders import OnnxFolder

ROWS: Final = 16
"""Texts of a batch, always: a product of another shape may round otherwise."""
STEP: Final = 8
"""Texts are padded to the next multiple, so that a batch has texts of like length."""
INPUTS: Final = ("input_ids", "attention_mask", "token_type_ids")
NUMBERS: Final = {"tensor(int64)": np.int64, "tensor(int32)": np.int32}
LOGITS: Final = "logits"
SCALED_TOGETHER: Final = b"DynamicQuantizeLinear"
"""Operator of quantised models that scales what is read together by its greatest value."""
ERRORS_ONLY: Final = 3

NO_EXTRA = Text(
    en="reading with an ONNX model needs a package that is not installed: {package}.",
    fr="lire avec un modèle ONNX demande un paquet qui n'est pas installé : {package}.",
)
EXTRA_HINT = Text(
    en="pip install 'ressenti[onnx]'",
    fr="pip install 'ressenti[onnx]'",
)
NOT_LOADED = Text(
    en="'{file}' cannot be loaded: {reason}.",
    fr="« {file} » ne peut pas être chargé : {reason}.",
)
NOT_RUN = Text(
    en="the model '{file}' stopped on a text: {reason}.",
    fr="le modèle « {file} » s'est arrêté sur un texte : {reason}.",
)
WRONG_INPUTS = Text(
    en="the model '{file}' asks for {inputs}; what can be given is input_ids, attention_mask and "
    "token_type_ids.",
    fr="le modèle « {file} » demande {inputs} ; on ne sait donner qu'input_ids, attention_mask et "
    "token_type_ids.",
)
WRONG_OUTPUTS = Text(
    en="the model '{file}' does not give one logit a label of config.json, which has {count}: its "
    "outputs are {outputs}.",
    fr="le modèle « {file} » ne rend pas un logit par étiquette de config.json, qui en a {count} : "
    "ses sorties sont {outputs}.",
)
EXPORT_HINT = Text(
    en="Export the model for text classification.",
    fr="Exportez le modèle pour la classification de textes.",
)


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text as a model reads it.

    Attributes
    ----------
    numbers, parts : sequence of int
        The number of each token, and which part of the text it belongs to.
    is_cut : bool
        Whether the text is longer than the model reads.
    """

    numbers: Sequence[int]
    parts: Sequence[int]
    is_cut: bool


class OnnxModel:
    """A model with its tokenizer, ready to run on this machine's processor.

    Raises
    ------
    MissingExtra
        R208, when the packages of the extra ``onnx`` are not installed.
    InvalidArgument
        R102, when the files of the folder are no such model.
    """

    def __init__(self, folder: OnnxFolder) -> None:
        self._folder = folder
        self._tokenizer = _tokenizer(folder.tokenizer, folder.most_tokens)
        self._session = _session(folder.model)
        self._inputs = {each.name: NUMBERS.get(each.type) for each in self._session.get_inputs()}
        if not set(self._inputs) <= set(INPUTS) or None in self._inputs.values():
            listed = ", ".join(f"{each.name} ({each.type})" for each in self._session.get_inputs())
            message = WRONG_INPUTS.format(file=folder.model, inputs=listed)
            raise InvalidArgument(message, hint=EXPORT_HINT)
        self._output = self._output_name()
        is_alone = _is_scaled_together(folder.model)
        self._rows, self._step = (1, 1) if is_alone else (ROWS, STEP)

    def tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """Return the tokens of each text, as many as the model reads."""
        encodings = self._tokenizer.encode_batch(list(texts))
        return [Tokens(each.ids, each.type_ids, bool(each.overflowing)) for each in encodings]

    def logits(self, tokens: Sequence[Tokens]) -> npt.NDArray[np.float64]:
        """Return the logits of the labels of each text, shape (texts, labels)."""
        found = np.zeros((len(tokens), len(self._folder.labels.meanings)))
        for width, places in self._batches([len(each.numbers) for each in tokens]):
            # The last batch is filled up with its last text.
            rows = (places + [places[-1]] * self._rows)[: self._rows]
            logits = self._run([tokens[place] for place in rows], width)
            found[places] = logits[: len(places)]
        return found

    def _batches(self, lengths: Sequence[int]) -> Iterator[tuple[int, list[int]]]:
        """Yield the width of each batch and the places of its texts."""
        widths = [self._width(max(length, 1)) for length in lengths]
        for width in sorted(set(widths)):
            same = [place for place, own in enumerate(widths) if own == width]
            for start in range(0, len(same), self._rows):
                yield width, same[start : start + self._rows]

    def _width(self, length: int) -> int:
        return min(-(-length // self._step) * self._step, self._folder.most_tokens)

    def _run(self, tokens: Sequence[Tokens], width: int) -> npt.NDArray[Any]:
        shape = (len(tokens), width)
        given = {
            "input_ids": np.full(shape, self._folder.padding),
            "attention_mask": np.zeros(shape, dtype=np.int64),
            "token_type_ids": np.zeros(shape, dtype=np.int64),
        }
        for row, each in enumerate(tokens):
            length = len(each.numbers)
            given["input_ids"][row, :length] = each.numbers
            given["attention_mask"][row, :length] = 1
            given["token_type_ids"][row, :length] = each.parts
        feed = {name: given[name].astype(kind) for name, kind in self._inputs.items()}
        try:
            (logits,) = self._session.run([self._output], feed)
        except Exception as error:
            message = NOT_RUN.format(file=self._folder.model, reason=_first_line(error))
            raise InvalidArgument(message, hint=EXPORT_HINT) from error
        expected = (len(tokens), len(self._folder.labels.meanings))
        if logits.shape != expected:
            raise self._wrong_outputs(f"{self._output} {list(logits.shape)}")
        found: npt.NDArray[Any] = logits
        return found

    def _output_name(self) -> str:
        outputs = self._session.get_outputs()
        names = [each.name for each in outputs]
        name = LOGITS if LOGITS in names else names[0]
        shape = outputs[names.index(name)].shape
        count = len(self._folder.labels.meanings)
        if len(shape) != 2 or (isinstance(shape[1], int) and shape[1] != count):
            raise self._wrong_outputs(", ".join(f"{each.name} {each.shape}" for each in outputs))
        return name

    def _wrong_outputs(self, outputs: str) -> InvalidArgument:
        count = len(self._folder.labels.meanings)
        message = WRONG_OUTPUTS.format(file=self._folder.model, count=count, outputs=outputs)
        return InvalidArgument(message, hint=EXPORT_HINT)


def _tokenizer(path: Path, most_tokens: int) -> Any:
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise _no_extra("tokenizers") from error
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:
        raise _not_loaded(path, error) from error
    tokenizer.no_padding()
    tokenizer.enable_truncation(most_tokens)
    return tokenizer


def _session(path: Path) -> Any:
    try:
        from onnxruntime import InferenceSession, SessionOptions
    except ImportError as error:
        raise _no_extra("onnxruntime") from error
    options = SessionOptions()
    options.log_severity_level = ERRORS_ONLY
    options.use_deterministic_compute = True
    try:
        return InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise _not_loaded(path, error) from error


def _is_scaled_together(path: Path) -> bool:
    """Tell whether a model scales each text by those beside it, so that each must run alone."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(SCALED_TOGETHER) >= 0


def _no_extra(package: str) -> MissingExtra:
    return MissingExtra(NO_EXTRA.format(package=package), hint=EXTRA_HINT)


def _not_loaded(path: Path, error: Exception) -> InvalidArgument:
    return InvalidArgument(NOT_LOADED.format(file=path, reason=_first_line(error)))


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0].rstrip(". ")
