from __future__ import annotations

from ressenti.channels.email_levels import level_links
from ressenti.facts.scales import YES_NO, ZERO_TO_TEN
from ressenti.surveys.fields import Field, FieldLevel, Kind, levels_of


def address(level: FieldLevel) -> str:
    return f"https://avis.example/s/k7?p=proof.{level.code}"


def test_levels_that_are_numbers_have_words_at_both_ends() -> None:
    field = Field(name="recommend", kind=Kind.LEVELS, levels=levels_of(ZERO_TO_TEN))
    links, ends = level_links(field, "fr", address)
    assert [link.label for link in links] == [str(number) for number in range(11)]
    assert [link.level for link in links] == list(range(11))
    assert links[10].url == "https://avis.example/s/k7?p=proof.10"
    assert ends == ("pas du tout probable", "tout à fait probable")


def test_levels_with_words_of_their_own_are_told_by_them() -> None:
    field = Field(name="solved", kind=Kind.LEVELS, levels=levels_of(YES_NO))
    links, ends = level_links(field, "en", address)
    assert sorted(link.label for link in links) == ["no", "yes"]
    assert ends is None
