"""First-contact resolution: repeats, windows and what is not known yet."""

from __future__ import annotations

import pytest

from ressenti.errors import InvalidArgument
from ressenti.statistics.first_contacts import FirstContacts, first_contact_resolution


@pytest.mark.parametrize(
    ("days", "as_of", "expected"),
    [
        ([1], 8, FirstContacts(1, 1, 0)),
        ([1], 7, FirstContacts(0, 0, 1)),
        ([1, 8], 30, FirstContacts(1, 0, 0)),
        ([1, 9], 30, FirstContacts(1, 1, 0)),
        ([8, 1], 30, FirstContacts(1, 0, 0)),
        ([24, 25], 30, FirstContacts(0, 0, 1)),
        ([1, 5], 4, FirstContacts(0, 0, 1)),
        ([], 30, FirstContacts(0, 0, 0)),
    ],
)
def test_a_repeat_within_seven_days_is_no_resolution(
    days: list[float], as_of: float, expected: FirstContacts
):
    issues = ["lost parcel"] * len(days)
    assert first_contact_resolution(issues, days, window=7, as_of=as_of) == expected


def test_another_issue_of_the_same_customer_is_another_first_contact():
    issues = [("ana", "bill"), ("ana", "parcel")]
    found = first_contact_resolution(issues, [1, 2], window=7, as_of=30)
    assert found == FirstContacts(2, 2, 0)


def test_a_window_of_nothing_is_refused():
    with pytest.raises(InvalidArgument):
        first_contact_resolution(["a"], [1], window=0, as_of=30)
