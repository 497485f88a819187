"""Words and addresses of a message: what anyone may have written, made safe for where it stands."""

from __future__ import annotations

import re
from email.headerregistry import Address
from html import escape

from ressenti.errors import InvalidArgument
from ressenti.language import Text

LONGEST_ADDRESS = 254
LONGEST_HEADER = 250
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
LOCAL_PART = re.compile(rf"{ATOM}(?:\.{ATOM})*")
DOMAIN = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*")

# Control characters, halves of a pair, and marks that turn the direction of what follows.
UNFIT_FOR_READING = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]"
)
# Mail programs make a link of "site.example", of "http://…" and of "name@host" wherever they stand.
TURNED_INTO_LINKS = re.compile(r"(?<=[^\W_])[.](?=[^\W\d_]{2})|(?<=:)//|(?<=\w)@(?=\w)")
WORD_JOINER = "\N{WORD JOINER}"


def plain_words(text: str) -> str:
    r"""Return words as a message may show them: no control character, nothing that becomes a link.

    An invisible word joiner keeps mail programs from making a link of a name such as a contact
    may have given to pass on an address of his own.

    Examples
    --------
    >>> ascii(plain_words("Win at evil.example now"))
    "'Win at evil.\\u2060example now'"
    """
    readable = UNFIT_FOR_READING.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return TURNED_INTO_LINKS.sub(lambda found: found[0] + WORD_JOINER, readable).strip()


def header_text(text: str) -> str:
    r"""Return words on one line, so that they never begin another header.

    Examples
    --------
    >>> header_text("Hello\r\nBcc: everyone@example.com")
    'Hello Bcc: everyone@example.com'
    """
    line = " ".join(UNFIT_FOR_READING.sub(" ", text).split())
    # What looks like an encoded word would be decoded on the way, line ends and all.
    line = line.replace("=?", f"={WORD_JOINER}?")
    return line if len(line) <= LONGEST_HEADER else line[: LONGEST_HEADER - 1] + "…"


def paragraphs(text: str) -> list[str]:
    r"""Return the paragraphs of a text, which blank lines separate.

    Examples
    --------
    >>> paragraphs("One\ntwo\n\n\nthree")
    ['One\ntwo', 'three']
    """
    return [part.strip() for part in re.split(r"\n\s*\n", plain_words(text)) if part.strip()]


def marked_up(text: str) -> str:
    """Return words as HTML text, fit for an attribute too.

    Examples
    --------
    >>> marked_up('<b title="x">')
    '&lt;b title=&quot;x&quot;&gt;'
    """
    return escape(plain_words(text), quote=True)


def mailbox(name: str, address: str) -> Address:
    """Return a name and an address as a header takes them.

    Raises
    ------
    InvalidArgument
        R102, when the address is none.
    """
    local, _, domain = address.rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        ascii_domain = ""
    is_address = (
        len(address) <= LONGEST_ADDRESS
        and LOCAL_PART.fullmatch(local)
        and DOMAIN.fullmatch(ascii_domain)
    )
    if not is_address:
        raise InvalidArgument(
            Text(
                en=f"'{header_text(address)}' is no e-mail address.",
                fr=f"« {header_text(address)} » n'est pas une adresse électronique.",
            )
        )
    return Address(header_text(name), local, ascii_domain)
