"""The program that turns one drawing into pixels: SVG on its input, PNG on its output.

It is a process of its own because what draws pixels stays in memory once it is loaded.
"""

from __future__ import annotations

import sys

from ressenti.reports.exports.picture import png_of

if __name__ == "__main__":
    sys.stdout.buffer.write(png_of(sys.stdin.buffer.read().decode()))
