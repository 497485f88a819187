"""What people wrote is shown without what says who they are, and with everything else."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.emotions.masking import MASKS, masked, personal_spans

# Numbers made up for documentation: national regulators' drama ranges, card networks' test cards,
# the examples of ISO 13616 and of the offices that give identity numbers.
PERSONAL = [
    ("Appelez-moi au 06 12 34 56 78, merci.", "Appelez-moi au [téléphone], merci."),
    ("06.12.34.56.78 ou 0612345678", "[téléphone] ou [téléphone]"),
    ("+33 6 12 34 56 78, +33(0)612345678", "[téléphone], [téléphone]"),
    ("0033 1 99 00 12 34", "[téléphone]"),
    ("GSM 0470 12 34 56, fixe 02 123 45 67", "GSM [téléphone], fixe [téléphone]"),
    ("081/12.34.56", "[téléphone]"),
    ("+32 470 12 34 56", "[téléphone]"),
    ("Call 514-555-0123 or (514) 555-0123.", "Call [téléphone] or [téléphone]."),
    ("+1 514 555 0123", "[téléphone]"),
    ("From London: +44 20 7946 0958", "From London: [téléphone]"),
    ("tél : 5145550123", "tél : [téléphone]"),
    ("jeanne.dupont+web@exemple.fr", "[courriel]"),
    ("jeanne (at) exemple (point) fr", "[courriel]"),
    ("write to jane at example dot com", "write to [courriel]"),
    ("IBAN FR14 2004 1010 0505 0001 3M02 606 svp", "IBAN [compte bancaire] svp"),
    ("be68539007547034", "[compte bancaire]"),
    ("4111 1111 1111 1111 et 378282246310005", "[carte bancaire] et [carte bancaire]"),
    ("5555-5555-5555-4444", "[carte bancaire]"),
    ("1 84 12 76 451 089 46", "[numéro d'identité]"),
    ("184127645108946", "[numéro d'identité]"),
    ("85.07.30-033.28", "[numéro d'identité]"),
    ("My SIN is 046 454 286", "My SIN is [numéro d'identité]"),
    ("Au 12 bis, rue des Lilas et le colis", "Au [adresse] et le colis"),
    ("4 avenue de la République, 69003 Lyon. Merci", "[adresse]. Merci"),
    ("I live at 221 Baker Street, thanks", "I live at [adresse], thanks"),
    ("Code postal H2X 1Y4", "Code postal [adresse]"),
    ("Mme Dupont m'a aidé", "Mme [nom] m'a aidé"),
    ("Merci à M. de La Tour et à mme durand", "Merci à M. [nom] et à mme [nom]"),
    ("Mr. O'Neill was rude", "Mr. [nom] was rude"),
    ("Je m'appelle Jean-Pierre Martin et", "Je m'appelle [nom] et"),
    ("my name is john smith", "my name is [nom]"),
    ("Cordialement, Paul Durand", "Cordialement, [nom]"),
    ("Bonjour Mme Durand, où est mon colis ?", "Bonjour Mme [nom], où est mon colis ?"),
    ("My advisor John Smith never called", "My advisor [nom] never called"),
    ("Ma conseillère Julie Le Goff est partie", "Ma conseillère [nom] est partie"),
    ("Dear Sarah Connor, thanks", "Dear [nom], thanks"),
]
HARMLESS = [
    "Commande 4512789 du 12/03/2024, toujours pas livrée.",
    "Order 2024-11-0045-221 never came, nor did 5145550123.",
    "Payé 1 234,56 € puis 12.50 € ; remboursé 100 000 points.",
    "EAN 3017620422003, lot 20241121, version 1.2.3.4",
    "Reçu le 03 02 2024 à 10 h 30, rendu le 05/12 14.30.",
    "Le 01.02.2024 10.30, puis le 2024-11-21 12:01:15",
    "Note 10/10, 5 étoiles, 24 h/24 et 7 j/7, 10 à 20 minutes",
    "Carte 4111 1111 1111 1112 refusée",
    "Bonjour Madame, Monsieur, je suis déçu. Monsieur le directeur, répondez !",
    "I miss Paris. We met at noon. Point final.",
    "My name is on the order and my name is not on the list.",
    "Je m'appelle comme vous voulez.",
    "Il y a 2 places et 3 rues piétonnes, 15 chemins possibles.",
    "Merci à Julie qui a pris le temps.",
    "The driver John was kind, my nurse Mary too.",
    "Hello World Cup fans",
    "Bonjour Madame, Monsieur,",
    "Compte AB12 34",
    "",
]


@pytest.mark.parametrize(("written", "shown"), PERSONAL)
def test_personal_data_becomes_a_word_that_says_what_stood_there(written: str, shown: str) -> None:
    assert masked(written, "fr") == shown


@pytest.mark.parametrize("written", HARMLESS)
def test_orders_dates_prices_and_politeness_stay_readable(written: str) -> None:
    assert masked(written, "en") == written


def test_the_masks_are_words_of_whoever_reads() -> None:
    written = "Mme Dupont, 06 12 34 56 78"
    assert masked(written, "fr") == "Mme [nom], [téléphone]"
    assert masked(written, "en") == "Mme [name], [phone]"


def test_digits_of_other_scripts_are_digits() -> None:
    assert masked("٠٦ ١٢ ٣٤ ٥٦ ٧٨ ou ０６１２３４５６７８", "fr") == "[téléphone] ou [téléphone]"


@given(st.text(alphabet="0123456789 .-/@aéMmeD'+()é\n", max_size=300))
def test_spans_are_in_order_and_what_is_masked_stays_masked(text: str) -> None:
    spans = personal_spans(text)
    assert all(one.start < one.end <= two.start for one, two in pairwise(spans))
    for span in spans:
        assert MASKS[span.kind].fr in masked(text, "fr")


@pytest.mark.parametrize(
    "piece",
    ["a", "1 ", "0", "M. ", "a.", "@", "A ", "12 rue de ", "1-", "de ", "FR76", "a at ", "(0)"],
)
def test_no_text_makes_masking_slow(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    started = time.process_time()
    masked(text, "en")
    assert time.process_time() - started < 2
