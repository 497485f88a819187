"""Tiny models in ONNX, written byte by byte, so that every chance can be worked out by hand.

The model adds up one row of weights a token that the mask keeps: its logits are those of a bag of
words. Fields and their numbers are those of onnx.proto.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

FLOAT, INT64 = 1, 7
INTS, STRING = 7, 3
UNKNOWN, PADDING = 0, 1


def varint(value: int) -> bytes:
    parts = bytearray()
    while value > 127:
        parts.append(value & 127 | 128)
        value >>= 7
    return bytes([*parts, value])


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def part(field: int, content: bytes | str) -> bytes:
    told = content.encode() if isinstance(content, str) else content
    return varint(field << 3 | 2) + varint(len(told)) + told


def node(operator: str, inputs: Sequence[str], outputs: Sequence[str], *attributes: bytes) -> bytes:
    names = b"".join(part(1, name) for name in inputs) + b"".join(part(2, n) for n in outputs)
    return names + part(4, operator) + b"".join(part(5, each) for each in attributes)


def integer_attribute(name: str, value: int) -> bytes:
    return part(1, name) + number(3, value) + number(20, 2)


def tensor(name: str, kind: int, shape: Sequence[int], content: bytes) -> bytes:
    sizes = b"".join(number(1, size) for size in shape)
    return sizes + number(2, kind) + part(8, name) + part(9, content)


def port(name: str, kind: int, shape: Sequence[int | str]) -> bytes:
    sizes = b"".join(
        part(1, number(1, size) if isinstance(size, int) else part(2, size)) for size in shape
    )
    return part(1, name) + part(2, part(1, number(1, kind) + part(2, sizes)))


def bag_of_words(
    weights: Sequence[Sequence[float]], *, inputs: Sequence[str] = ("input_ids", "attention_mask"),
    output: str = "logits", is_quantised: bool = False,
) -> bytes:  # fmt: skip
    """Return a model whose logits are the sums of its tokens' rows of weights."""
    labels = len(weights[0])
    flat = [value for row in weights for value in row]
    shown = "rows" if not is_quantised else "rounded_rows"
    quantising = [
        node("Reshape", ["rows", "flat"], ["flat_rows"]),
        node("DynamicQuantizeLinear", ["flat_rows"], ["bytes", "scale", "zero"]),
        node("DequantizeLinear", ["bytes", "scale", "zero"], ["flat_back"]),
        node("Shape", ["rows"], ["rows_shape"]),
        node("Reshape", ["flat_back", "rows_shape"], ["rounded_rows"]),
    ]
    nodes = [
        node("Gather", ["weights", inputs[0]], ["rows"]),
        *(quantising if is_quantised else []),
        node("Cast", [inputs[1]], ["mask"], integer_attribute("to", FLOAT)),
        node("Unsqueeze", ["mask", "last"], ["column"]),
        node("Mul", [shown, "column"], ["kept"]),
        node("ReduceSum", ["kept", "tokens"], [output], integer_attribute("keepdims", 0)),
    ]
    given = [
        tensor("weights", FLOAT, (len(weights), labels), struct.pack(f"<{len(flat)}f", *flat)),
        tensor("last", INT64, (1,), struct.pack("<q", -1)),
        tensor("tokens", INT64, (1,), struct.pack("<q", 1)),
        tensor("flat", INT64, (1,), struct.pack("<q", -1)),
    ]
    graph = b"".join(part(1, each) for each in nodes) + part(2, "bag")
    graph += b"".join(part(5, each) for each in given)
    graph += b"".join(part(11, port(name, INT64, ("texts", "length"))) for name in inputs)
    graph += part(12, port(output, FLOAT, ("texts", labels)))
    return number(1, 8) + part(7, graph) + part(8, part(1, "") + number(2, 13))


def tokenizer(words: Sequence[str]) -> dict[str, Any]:
    """Return a tokenizer of whole words in lower case; the first two stand for none."""
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": {"type": "Lowercase"},
        "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": None,
        "decoder": None,
        "model": {
            "type": "WordLevel",
            "vocab": {word: place for place, word in enumerate(["[UNK]", "[PAD]", *words])},
            "unk_token": "[UNK]",
        },
    }


def model_folder(
    folder: Path,
    weights: Mapping[str, Sequence[float]],
    labels: Sequence[str],
    *,
    config: Mapping[str, Any] | None = None,
    own: Any = None,
    **model: Any,
) -> Path:
    """Write a model of known words and return its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    none = [0.0] * len(labels)
    # The row of the padding would show in every text that the mask did not hide it from.
    rows = [none, [99.0] * len(labels), *weights.values()]
    (folder / "model.onnx").write_bytes(bag_of_words(rows, **model))
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer(list(weights))))
    told = {
        "id2label": {str(place): label for place, label in enumerate(labels)},
        "pad_token_id": PADDING,
        **(config or {}),
    }
    (folder / "config.json").write_text(json.dumps(told))
    if own is not None:
        (folder / "ressenti.json").write_text(json.dumps(own))
    return folder
