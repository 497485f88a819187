"""Plans are data that a person can read, edit and get wrong without harm."""

from __future__ import annotations

from pathlib import Path

import pytest

from ressenti.emotions.themes.acceptance import plan_with, proposed_theme
from ressenti.emotions.themes.mentions import ThemeReader
from ressenti.emotions.themes.plans import (
    SECTORS,
    TRADES,
    PlanKind,
    joined_plan,
    shipped_text,
    theme_plan,
    theme_plan_in,
)
from ressenti.errors import InvalidArgument, InvalidPlan, UnknownName, UnreadableSource
from ressenti.language import LANGUAGES, Text

OWN = """\
key: ours
name: {en: Ours, fr: Le nôtre}
themes:
  # Asked for by the board.
  - key: noise
    name: {en: Noise, fr: Bruit}
    definition: {en: How loud it is., fr: Le niveau sonore.}
    cues:
      en: [noise, nois*]
      fr: [bruit*]   # and no music
    except:
      fr: [sans faire de bruit]
"""


@pytest.mark.parametrize("name", [*TRADES, *SECTORS])
def test_a_plan_that_is_brought_is_rich_in_both_languages(name: str) -> None:
    plan = theme_plan(name)
    assert plan.kind is (PlanKind.TRADE if name in TRADES else PlanKind.SECTOR)
    assert 8 <= len(plan.themes) <= 15
    for theme in plan.themes:
        for language in LANGUAGES:
            assert theme.name.to(language)
            assert theme.definition.to(language).endswith(".")
            assert len(theme.cues[language]) >= 6, (name, theme.key, language)


@pytest.mark.parametrize("name", [*TRADES, *SECTORS])
def test_every_cue_of_a_plan_finds_itself_or_is_excluded_by_its_theme(name: str) -> None:
    plan = theme_plan(name)
    reader = ThemeReader(plan)
    for language in LANGUAGES:
        for theme in plan.themes:
            plain = [
                cue.written.replace("*", "")
                for cue in theme.cues[language]
                if not set(cue.written) & set("(.#?|!")
            ]
            found = reader.mentions(plain, [language] * len(plain))
            missed = [
                cue
                for cue, own in zip(plain, found, strict=True)
                if theme.key not in {mention.theme for mention in own}
            ]
            assert missed == [], (theme.key, language)


@pytest.mark.parametrize(
    ("plan", "language", "text", "themes"),
    [
        ("delivery", "fr", "Deux jours de retard, livreur odieux", {"delay", "courier"}),
        ("delivery", "en", "The parcel was left in the rain at the wrong address", {"place"}),
        ("shop_visit", "fr", "Aucun conseil, puis la caisse", {"advice", "checkout"}),
        ("bank", "en", "The overdraft fees are outrageous", {"fees", "overdraft"}),
        ("telecom", "fr", "Plus d'internet depuis une semaine", {"internet", "breakdown"}),
        ("public_service", "fr", "Impossible d'avoir un rendez-vous", {"appointment"}),
        ("public_service", "fr", "Le conseiller m'a permis de gagner du temps", {"staff"}),
        ("insurance", "en", "My claim was rejected", {"claim_declaration", "compensation"}),
        ("events", "fr", "Un son trop fort", {"sound_light"}),
    ],
)
def test_a_text_is_read_for_its_themes(
    plan: str, language: str, text: str, themes: set[str]
) -> None:
    (mentions,) = ThemeReader(theme_plan(plan)).mentions([text], [language])
    assert themes <= {mention.theme for mention in mentions}


def test_an_exclusion_spares_the_cue_it_overlaps_and_no_other() -> None:
    reader = ThemeReader(theme_plan_in(OWN))
    texts = ["Entré sans faire de bruit", "Sans faire de bruit, mais quel bruit !", "BRUIT"]
    counts = [len(own) for own in reader.mentions(texts, ["fr"] * 3)]
    assert counts == [0, 1, 1]


def test_texts_in_other_languages_have_no_theme() -> None:
    assert ThemeReader(theme_plan_in(OWN)).mentions(["noise", "bruit"], [None, "de"]) == [(), ()]


def test_spans_point_at_the_text_as_it_was_given() -> None:
    text = "Un <b>br&#117;it</b>, BRUUUIT\u200b affreux"
    (mentions,) = ThemeReader(theme_plan_in(OWN)).mentions([text], ["fr"])
    assert [text[one.start : one.end] for one in mentions] == ["br&#117;it", "BRUUUIT"]


def test_a_plan_of_a_company_is_read_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "ours.yaml"
    file.write_text(OWN, encoding="utf-8")
    assert theme_plan(file).theme("noise").name == Text(en="Noise", fr="Bruit")
    with pytest.raises(UnreadableSource):
        theme_plan(tmp_path / "none.yaml")
    with pytest.raises(UnknownName, match="Did you mean: delivery"):
        theme_plan("delivry")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[noise, nois*]", "[noise, '(loud']", "line 9, column 19: in '(loud', character 6"),
        ("key: noise", "kee: noise", "'kee' is not known here. Did you mean: key?"),
        ("fr: Bruit", "de: Lärm", "line 6, column 11: 'fr' is missing"),
        ("How loud it is.", "''", "line 7, column 22: a text that is not blank must stand here"),
        ("themes:", "themes: [", "this is not YAML"),
        ("key: ours", "key: ours\nkind: sort", "line 2, column 7: 'sort' is no kind of plan"),
        ("[bruit*]", "bruit", "line 10, column 11: a list must stand here"),
    ],
)
def test_what_is_wrong_is_told_with_line_and_column(old: str, new: str, told: str) -> None:
    with pytest.raises(InvalidPlan) as refused:
        theme_plan_in(OWN.replace(old, new), file="ours.yaml")
    assert told in str(refused.value)
    assert "ours.yaml" in str(refused.value)


def test_two_themes_cannot_share_a_key() -> None:
    twice = OWN + OWN.partition("themes:\n")[2]
    with pytest.raises(InvalidPlan, match="another theme is called 'noise'"):
        theme_plan_in(twice)


def test_a_theme_is_accepted_into_a_plan_and_its_comments_stay() -> None:
    theme = proposed_theme(
        "parking",
        Text(en="Car park: all of it", fr="Parking : tout"),
        Text(en="Where to park.", fr="Où se garer."),
        {"fr": ["parking", "se garer"], "en": ["car park"]},
    )
    joined = plan_with(OWN, theme)
    assert joined.startswith(OWN)
    plan = theme_plan_in(joined)
    assert [one.key for one in plan.themes] == ["noise", "parking"]
    with pytest.raises(InvalidPlan, match="another theme"):
        plan_with(joined, theme)
    assert theme_plan_in(plan_with(OWN.rstrip("\n"), theme)) == plan


def test_any_plan_that_is_brought_can_be_added_to() -> None:
    theme = proposed_theme("own", Text(en="O", fr="O"), Text(en="O.", fr="O."), {"en": ["own"]})
    for name in (*TRADES, *SECTORS):
        joined = theme_plan_in(plan_with(shipped_text(name), theme))
        assert joined.themes[:-1] == theme_plan(name).themes


def test_plans_join_into_one() -> None:
    plans = [theme_plan("retail"), theme_plan("delivery")]
    joined = joined_plan(plans, key="ours", name=Text(en="Ours", fr="Le nôtre"))
    keys = [theme.key for theme in joined.themes]
    assert len(keys) == len(set(keys)) >= 24
    with pytest.raises(InvalidArgument):
        joined_plan([], key="ours", name=Text(en="Ours", fr="Le nôtre"))
