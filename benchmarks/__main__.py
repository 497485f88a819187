"""``python -m benchmarks [name …] [--rows N] [--quick]``: measure, and write the table."""

from __future__ import annotations

import argparse
from importlib import import_module
from math import isnan
from pathlib import Path

from benchmarks.rounds import Claim, Measured, Result

NAMES = (
    "tallies",
    "increments",
    "csv_file",
    "startup",
    "queries",
    "simulation",
    "spark",
    "ingest",
    "live",
    "live_emotions",
    "scorecard",
    "emotions",
    "drivers",
    "links",
)
PAGE = Path(__file__).with_name("README.md")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(NAMES))
    parser.add_argument("--rows", type=int, help="size of the data, instead of the claim's own")
    parser.add_argument("--quick", action="store_true", help="a tenth of the data or less")
    asked = parser.parse_args()
    unknown = set(asked.names) - set(NAMES)
    if unknown:
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}: {', '.join(NAMES)}")
    for name in asked.names or NAMES:
        module = import_module(f"benchmarks.{name}")
        found = module.result(rows=asked.rows, quick=asked.quick)
        section = section_of(found)
        print(f"{section}\n", flush=True)
        if not asked.quick and asked.rows is None:
            write_section(name, section)


def section_of(found: Result) -> str:
    lines = [f"### {found.title}", ""]
    if found.cases:
        lines += [
            "| case | CPU s, work | CPU s, process | wall s | peak MB |",
            "| --- | ---: | ---: | ---: | ---: |",
        ]
        lines += [
            f"| {name} | {one.work:.3f} | {one.cpu:.2f} | {one.wall:.2f} | {megabytes(one)} |"
            for name, one in found.cases.items()
        ]
        lines.append("")
    lines += [
        "| claim | measured | whole processes | goal | |",
        "| --- | ---: | ---: | ---: | --- |",
    ]
    lines += [line_of(claim) for claim in found.claims]
    return "\n".join(lines) + (f"\n\n{found.shown}" if found.shown else "")


def megabytes(case: Measured) -> str:
    return "–" if isnan(case.peak) else f"{case.peak:.0f}"


def line_of(claim: Claim) -> str:
    sign = "≥" if claim.is_at_least else "≤"
    figure = f"{claim.figure:.0f}" if claim.unit == "MB" else f"{claim.figure:.2f}"
    verdict = "met" if claim.is_met else "**not met**"
    whole = "" if claim.whole is None else f"{claim.whole:.2f} {claim.unit}"
    goal = f"{sign} {claim.goal:g} {claim.unit}"
    return f"| {claim.sentence} | {figure} {claim.unit} | {whole} | {goal} | {verdict} |"


def write_section(name: str, section: str) -> None:
    """Write a section of the page between its two marks."""
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(start)
    _, _, after = rest.partition(end)
    PAGE.write_text(f"{before}{start}\n{section}\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
