"""``ressenti doctor``: whether this installation can do what it promises."""

from __future__ import annotations

import json

import click

from ressenti.cli.language import chosen_language, tr
from ressenti.cli.options import format_option, language_option
from ressenti.language import Text


@click.command(
    "doctor",
    help=tr(
        Text(
            en="Check the installation: packages, engines, and one figure computed end to end.",
            fr="Vérifier l'installation : paquets, moteurs, et un chiffre calculé de bout en bout.",
        )
    ),
)
@format_option("table", "json")
@language_option
@click.pass_context
def command(ctx: click.Context, output_format: str) -> None:
    """Check the installation; leave with 1 when something needed is broken."""
    from ressenti.library.installation import examined

    language = chosen_language()
    findings = examined()
    if output_format == "json":
        documents = [finding.to_dict(language) for finding in findings]
        click.echo(json.dumps({"checks": documents}, ensure_ascii=False))
    else:
        marks = {True: "✓", False: "✗", None: "–"}
        for finding in findings:
            click.echo(f"{marks[finding.passes]} {finding.name}: {finding.message.to(language)}")
    if any(finding.passes is False for finding in findings):
        ctx.exit(1)
