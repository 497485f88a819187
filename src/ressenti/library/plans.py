"""Plans: what a measurement plan (``ressenti.toml``) adds to a request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ressenti.errors import InvalidArgument
from ressenti.indicators import variant_called
from ressenti.language import Text
from ressenti.library.planned_sources import PlanSources
from ressenti.library.request import Request
from ressenti.sources.options import AS_FOUND, SourceOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A source with its options, and the request the plan starts from."""

    source: Any
    options: SourceOptions
    request: Request


def planned(
    config: str | Path | None,
    source: Any,
    measures: Sequence[str],
    *,
    options: SourceOptions = AS_FOUND,
) -> Planned:
    """Return the source and the request of a plan, or of no plan at all.

    Raises
    ------
    InvalidArgument
        R102, when neither a source nor a plan is given.
    InvalidPlan
        R104, with all that is wrong with the plan, each with its line.
    """
    if config is not None:
        opened = opened_plan(config, source, options=options)
        organisation = opened.plan.organisation
        request = Request(
            measures=list(measures) or opened.measures(),
            time_zone=organisation.time_zone,
            week_starts_on=organisation.week_starts_on.name.casefold(),
        )
        return Planned(source=opened, options=options, request=request)
    if source is None:
        raise InvalidArgument(
            Text(
                en="name a source: a file, a folder of Parquet, or ENGINE-URL::TABLE.",
                fr="nommez une source : un fichier, un dossier Parquet, ou URL-DU-MOTEUR::TABLE.",
            )
        )
    return Planned(source=source, options=options, request=Request(measures=measures))


def opened_plan(
    config: str | Path, source: Any = None, *, options: SourceOptions = AS_FOUND
) -> PlanSources:
    """Return the sources of a plan file, none of them opened yet."""
    from ressenti.facts.plan_reading import read_plan

    path = Path(config)
    plan = read_plan(path, check_indicator=variant_called)
    return PlanSources(plan, path.parent, name=path.name, given=source, options=options)
