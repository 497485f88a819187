"""Read a QR code from a picture as ISO/IEC 18004 describes it, without the code that drew it.

Errors are not corrected: a code that is printed right has none.
"""

from __future__ import annotations

import struct
import zlib
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

Modules = NDArray[np.bool_]

# Data codewords of each block, by level and version (table 9).
BLOCKS = {
    ("Q", 2): [22],
    ("Q", 3): [17] * 2,
    ("Q", 4): [24] * 2,
    ("Q", 5): [15] * 2 + [16] * 2,
    ("Q", 6): [19] * 4,
    ("H", 2): [16],
    ("H", 3): [13] * 2,
    ("H", 4): [9] * 4,
    ("H", 5): [11] * 2 + [12] * 2,
    ("H", 6): [15] * 4,
}
LEVELS = {0b01: "L", 0b00: "M", 0b11: "Q", 0b10: "H"}
FORMAT_MASK = 0b101010000010010
ALIGNMENT = {2: 18, 3: 22, 4: 26, 5: 30, 6: 34}
MASKS = [
    lambda i, j: (i + j) % 2 == 0,
    lambda i, _: i % 2 == 0,
    lambda _, j: j % 3 == 0,
    lambda i, j: (i + j) % 3 == 0,
    lambda i, j: (i // 2 + j // 3) % 2 == 0,
    lambda i, j: i * j % 2 + i * j % 3 == 0,
    lambda i, j: (i * j % 2 + i * j % 3) % 2 == 0,
    lambda i, j: ((i + j) % 2 + i * j % 3) % 2 == 0,
]


def picture(png: bytes) -> NDArray[np.uint8]:
    """Return the pixels of a PNG of eight bits a channel, rows by columns by channels."""
    width, height, depth, colour = struct.unpack(">IIBB", png[16:26])
    channels = {2: 3, 6: 4}[colour]
    assert depth == 8
    data, place = b"", 8
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        if png[place + 4 : place + 8] == b"IDAT":
            data += png[place + 8 : place + 8 + length]
        place += length + 12
    rows = np.frombuffer(zlib.decompress(data), np.uint8).reshape(height, 1 + width * channels)
    pixels = np.zeros((height + 1, width + 1, channels), np.int64)
    for y, row in enumerate(rows, 1):
        unfiltered(int(row[0]), row[1:].reshape(width, channels), pixels[y - 1 : y + 1])
    return pixels[1:, 1:].astype(np.uint8)


def unfiltered(kind: int, row: NDArray[np.uint8], into: NDArray[np.int64]) -> None:
    """Fill the second of two lines from the first one and a filtered row (PNG, clause 9.2)."""
    above, line = into
    if kind in (0, 2):
        line[1:] = (row + (above[1:] if kind == 2 else 0)) % 256
        return
    for x, value in enumerate(row.astype(np.int64), 1):
        left, up, corner = line[x - 1], above[x], above[x - 1]
        predicted = {1: left, 3: (left + up) // 2}.get(kind)
        line[x] = (value + (paeth(left, up, corner) if predicted is None else predicted)) % 256


def paeth(
    left: NDArray[np.int64], up: NDArray[np.int64], corner: NDArray[np.int64]
) -> NDArray[np.int64]:
    guess = left + up - corner
    distances = np.stack([abs(guess - left), abs(guess - up), abs(guess - corner)])
    return np.choose(distances.argmin(axis=0), [left, up, corner])


def modules_in(pixels: NDArray[np.uint8]) -> Modules:
    """Return the dark modules of the only black code in a picture."""
    black = (pixels[..., :3] < 40).all(axis=2)
    rows, columns = np.flatnonzero(black.any(axis=1)), np.flatnonzero(black.any(axis=0))
    code = black[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    # The first run of the top row is one side of a finder pattern: seven modules.
    side = int(np.argmin(code[1]))
    count = round(code.shape[1] / (side / 7))
    count -= (count - 17) % 4 - 4 * ((count - 17) % 4 == 3)
    centres = ((np.arange(count) + 0.5) * code.shape[0] / count).astype(int)
    return code[np.ix_(centres, centres)]


def text_in(modules: Modules) -> str:
    """Return the text of a code of version 2 to 6 in byte mode."""
    size = len(modules)
    version = (size - 17) // 4
    around = [*modules[8, :6], modules[8, 7], modules[8, 8], modules[7, 8], *modules[5::-1, 8]]
    form = number(around) ^ FORMAT_MASK
    level, mask = LEVELS[form >> 13], MASKS[form >> 10 & 0b111]
    bits = [bool(modules[i, j]) ^ mask(i, j) for i, j in places(size, version)]
    codewords = [number(bits[start : start + 8]) for start in range(0, len(bits) - 7, 8)]
    stream = [bit for byte in data_in(codewords, BLOCKS[level, version]) for bit in bits_of(byte)]
    assert number(stream[:4]) == 0b0100
    length = number(stream[4:12])
    text = stream[12 : 12 + 8 * length]
    return bytes(number(text[start : start + 8]) for start in range(0, 8 * length, 8)).decode()


def data_in(codewords: list[int], blocks: list[int]) -> list[int]:
    """Return the data codewords of interleaved blocks, block after block."""
    read = iter(codewords)
    columns = zip_longest(*(range(length) for length in blocks))
    taken: list[list[int]] = [[] for _ in blocks]
    for column in columns:
        for block, place in enumerate(column):
            if place is not None:
                taken[block].append(next(read))
    return [byte for block in taken for byte in block]


def places(size: int, version: int) -> list[tuple[int, int]]:
    """Return the places of the data modules in the order of their bits (7.7.3)."""
    fixed = np.zeros((size, size), bool)
    fixed[:9, :9] = fixed[:9, -8:] = fixed[-8:, :9] = True
    fixed[6, :] = fixed[:, 6] = True
    centre = ALIGNMENT[version]
    fixed[centre - 2 : centre + 3, centre - 2 : centre + 3] = True
    rights = [right if right > 6 else right - 1 for right in range(size - 1, 0, -2)]
    found = []
    for turn, right in enumerate(rights):
        rows = range(size) if turn % 2 else range(size - 1, -1, -1)
        found += [(i, j) for i in rows for j in (right, right - 1) if not fixed[i, j]]
    return found


def number(bits: list[bool]) -> int:
    return int("".join("01"[int(bit)] for bit in bits), 2)


def bits_of(byte: int) -> list[bool]:
    return [bool(byte >> place & 1) for place in range(7, -1, -1)]
