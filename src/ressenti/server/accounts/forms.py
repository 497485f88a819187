"""What the pages of this part ask, and what they take."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ressenti.errors import InvalidArgument
from ressenti.language import LANGUAGES, Language
from ressenti.server.accounts.tally_sets import lines_of, segments_of, tally_sets_of, text_of
from ressenti.server.accounts.units import level
from ressenti.server.models import (
    Membership,
    Organisation,
    Person,
    Role,
    Scope,
    Theme,
    Unit,
)

LEAST_GROUP, MOST_GROUP = 3, 1000
MOST_HOSTS = 50
EM_SPACE = "\N{EM SPACE}"
PAGE_LANGUAGES = [("fr", "Français"), ("en", "English")]
WEEKDAYS = (
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
)
one_line = RegexValidator(
    r"[\x00-\x1f\x7f\u2028\u2029]", _("Write it on one line."), inverse_match=True
)


def page_language() -> Language:
    """Return the language of the page that is being answered."""
    return next((known for known in LANGUAGES if known == get_language()), "en")


class LineField(forms.CharField):
    """A text on one line: a name with a line break could become a header of a message."""

    default_validators = [one_line]  # noqa: RUF012 - as Django's fields declare them


class UnitField(forms.ModelChoiceField):  # type: ignore[type-arg] # it takes none at run time
    """A choice among units, drawn as the tree they are."""

    def __init__(self, *, empty_label: Any, **options: Any) -> None:
        super().__init__(Unit.objects.none(), required=False, empty_label=empty_label, **options)

    def label_from_instance(self, unit: Any) -> str:
        indent: str = EM_SPACE * (level(unit) - 1)
        return f"{indent}{unit.name}"


class TimeZoneField(LineField):
    """A time zone, typed with the help of a list."""

    def __init__(self) -> None:
        widget = forms.TextInput(attrs={"list": "time-zones", "autocomplete": "off"})
        super().__init__(label=_("Time zone"), max_length=64, widget=widget)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value not in available_timezones():
            raise ValidationError(
                _("No time zone is called “%(name)s”: choose one of the list."),
                params={"name": value},
            )


class NewPersonForm(forms.Form):
    """Somebody new: a name and a password of their own."""

    name = LineField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Password"),
        help_text=_("Ten characters or more; a sentence is easy to keep in mind."),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=PAGE_LANGUAGES)

    def __init__(self, *args: Any, address: str = "", **options: Any) -> None:
        options.setdefault("initial", {"language": page_language()})
        super().__init__(*args, **options)
        self.address = address

    def clean(self) -> dict[str, Any]:
        told = {**self.cleaned_data}
        person = Person(email=told.get("email", self.address), name=told.get("name", ""))
        if "password" in told:
            try:
                validate_password(told["password"], person)
            except ValidationError as error:
                self.add_error("password", error)
        return told


class FirstOwnerForm(NewPersonForm):
    """The organisation of a new server, and its owner."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    organisation = LineField(label=_("Name of the organisation"), max_length=120)
    time_zone = TimeZoneField()
    field_order = ("organisation", "time_zone", "language", "name", "email", "password")

    def __init__(self, *args: Any, **options: Any) -> None:
        initial = {"language": page_language(), "time_zone": "Europe/Paris"}
        super().__init__(*args, initial=initial, **options)


class RoleForm(forms.Form):
    """The role of a member, and the part of the organisation they see."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=Role,
        initial=Role.CONSULTANT,
        help_text=_(
            "An owner decides on people and rights, an expert makes surveys and definitions, a "
            "manager acts in a unit, a consultant reads."
        ),
    )
    unit = UnitField(
        label=_("Sees"),
        empty_label=_("the whole organisation"),
        help_text=_("An owner always sees the whole."),
    )

    def __init__(self, *args: Any, organisation: Organisation, **options: Any) -> None:
        super().__init__(*args, **options)
        self.organisation = organisation
        units = self.fields["unit"]
        assert isinstance(units, UnitField)  # noqa: S101 - declared above
        units.queryset = Unit.objects.filter(organisation=organisation)

    def clean(self) -> dict[str, Any]:
        told = {**self.cleaned_data}
        if told.get("role"):
            told["role"] = Role(told["role"])
        if told.get("role") is Role.OWNER:
            told["unit"] = None
        return told


class InvitationForm(RoleForm):
    """Whom to invite, and as what."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    field_order = ("email", "role", "unit")

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        members = Membership.objects.filter(organisation=self.organisation)
        if members.filter(person__email__iexact=email).exists():
            raise ValidationError(_("This person is a member already."))
        return email


class UnitForm(forms.Form):
    """A unit: what it is called, what it is, and above which other one it lies."""

    name = LineField(label=_("Name"), max_length=120)
    kind = LineField(
        label=_("Kind"),
        max_length=40,
        required=False,
        help_text=_("Region, shop, team: a word of yours."),
    )
    parent = UnitField(label=_("Belongs to"), empty_label=_("the organisation itself"))

    def __init__(self, *args: Any, organisation: Organisation, **options: Any) -> None:
        super().__init__(*args, **options)
        parents = self.fields["parent"]
        assert isinstance(parents, UnitField)  # noqa: S101 - declared above
        parents.queryset = Unit.objects.filter(organisation=organisation)


class KeyForm(forms.Form):
    """An API key: what it is for, and what it may do."""

    name = LineField(label=_("What the key is for"), max_length=80)
    scopes = forms.MultipleChoiceField(
        label=_("It may"), choices=Scope, widget=forms.CheckboxSelectMultiple
    )
    unit = UnitField(label=_("Within"), empty_label=_("the whole organisation"))

    def __init__(self, *args: Any, organisation: Organisation, **options: Any) -> None:
        super().__init__(*args, **options)
        units = self.fields["unit"]
        assert isinstance(units, UnitField)  # noqa: S101 - declared above
        units.queryset = Unit.objects.filter(organisation=organisation)

    def clean_scopes(self) -> list[Scope]:
        return [Scope(scope) for scope in self.cleaned_data["scopes"]]


class ProfileForm(forms.Form):
    """What a person says of themselves, and how they want pages."""

    name = LineField(
        label=_("Name"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=PAGE_LANGUAGES)
    theme = forms.ChoiceField(label=_("Appearance"), choices=Theme)


class OrganisationForm(forms.Form):
    """What holds for a whole organisation."""

    name = LineField(label=_("Name of the organisation"), max_length=120)
    language = forms.ChoiceField(
        label=_("Language of what is sent and shown first"), choices=PAGE_LANGUAGES
    )
    time_zone = TimeZoneField()
    week_starts_on = forms.TypedChoiceField(
        label=_("First day of the week"), choices=WEEKDAYS, coerce=int
    )
    smallest_group = forms.IntegerField(
        label=_("Smallest group shown"),
        help_text=_("Figures of fewer answers are hidden on every page and in every export."),
        min_value=LEAST_GROUP,
        max_value=MOST_GROUP,
    )
    segments = forms.CharField(
        label=_("Segments"),
        help_text=_("What you tell of each answer beside our own dimensions, one a line."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )
    tally_sets = forms.CharField(
        label=_("Tallies kept"),
        help_text=_(
            "One set of dimensions a line, names between commas: these cuts are shown at once, "
            "others are counted on demand. The whole is always kept. There are unit, touchpoint, "
            "channel, language, survey and your segments."
        ),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )
    allowed_hosts = forms.CharField(
        label=_("Sites a survey may lead to"),
        help_text=_("Where respondents may go after the last page, one host a line."),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )

    def clean_segments(self) -> list[str]:
        try:
            return segments_of(self.cleaned_data["segments"])
        except InvalidArgument as error:
            raise ValidationError(words_of(error)) from error

    def clean_tally_sets(self) -> list[list[str]]:
        segments = self.cleaned_data.get("segments", [])
        try:
            return tally_sets_of(self.cleaned_data["tally_sets"], segments)
        except InvalidArgument as error:
            raise ValidationError(words_of(error)) from error

    def clean_allowed_hosts(self) -> list[str]:
        hosts = [host.lower() for host in lines_of(self.cleaned_data["allowed_hosts"])]
        is_host = RegexValidator(
            r"^(?=.{1,253}(:|$))[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+"
            r"(:\d{1,5})?$",
            _("Write hosts such as www.example.com, without https:// and without a page."),
        )
        for host in hosts[: MOST_HOSTS + 1]:
            is_host(host)
        if len(hosts) > MOST_HOSTS:
            raise ValidationError(_("Fifty hosts at most."))
        return hosts


def time_zones() -> list[str]:
    """Return the names that a time zone may have."""
    return sorted(available_timezones())


def told_of(organisation: Organisation) -> dict[str, Any]:
    """Return an organisation as its form shows it."""
    plain = ("name", "language", "time_zone", "week_starts_on", "smallest_group")
    return {
        **{name: getattr(organisation, name) for name in plain},
        "segments": "\n".join(organisation.segments),
        "tally_sets": text_of(organisation.tally_sets),
        "allowed_hosts": "\n".join(organisation.allowed_hosts),
    }


def words_of(error: InvalidArgument) -> str:
    """Return what an error says, in the language of the page."""
    return error.message.to(page_language())
