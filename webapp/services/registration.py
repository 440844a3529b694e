"""Registering oneself as a support partner: a confirmed address first, then an account with the one role.

Whoever asks reads the same words, whether the address is known or not; only its owner learns which.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from webapp.authority.actor import Actor, SystemActor, Visitor
from webapp.authority.roles import PARTNERS, Role
from webapp.services import access_links, accounts, audit, free_text, partners, releases
from webapp.services.access_links import Note, Seal
from webapp.services.accounts import RoleFor
from webapp.services.capacity import months_from
from webapp.services.failures import NotAllowedNow, NotFound, Problem, stop_at
from webapp.services.references import new_reference
from webapp.store import access_links as store
from webapp.store import capacity as capacity_rows
from webapp.store.access_links import LinkPurpose
from webapp.store.accounts import Membership, User, normal_email
from webapp.store.organisations import CodeSource, Organisation, OrganisationKind
from webapp.store.partners import Partner, PartnerKind, PartnerState
from webapp.store.unit_of_work import UnitOfWork

JOB = SystemActor("registration")
SOURCE = "Registered by its manager"


@dataclass(frozen=True, slots=True)
class Confirming:
    """Who opens the link of a confirmation."""

    email: str
    name: str


def ask(unit: UnitOfWork, *, email: str, name: str, role: Role, seal: Seal) -> None:
    """Post a link to the address, or to an account's owner the word that there is one already."""
    address, clean_name = normal_email(email), free_text.clean(name)
    problems = list(free_text.problems("name", clean_name, most=200, one_line=True))
    if role not in PARTNERS:
        problems.append(Problem("role", "Choose who offers support"))
    stop_at(problems)
    is_known = accounts.find_by_email(unit, address) is not None
    access_links.issue(
        unit,
        purpose=LinkPurpose.REGISTRATION,
        email=address,
        seal=seal,
        note=Note("account.exists" if is_known else "account.registration", {}),
        name=clean_name,
        role=role,
    )
    audit.record(unit, Visitor(), "user.ask_registration", audit.Subject("address", "not confirmed"))


def read(unit: UnitOfWork, *, token: str) -> Confirming | None:
    """Whose address the link confirms; None where it cannot be used (any more)."""
    row = access_links.find(unit, LinkPurpose.REGISTRATION, token)
    if row is None or accounts.find_by_email(unit, row.email) is not None:
        return None
    return Confirming(row.email, row.name)


def confirm(unit: UnitOfWork, *, token: str, password_hash: str) -> User:
    """Make the account; raises ``NotFound`` where the link cannot be used."""
    row = access_links.find(unit, LinkPurpose.REGISTRATION, token)
    if row is None or row.role is None:
        raise NotFound("no such link")
    access_links.use(unit, row)
    user = accounts.create_user(
        unit,
        actor=JOB,
        email=row.email,
        name=row.name,
        roles=(RoleFor(row.role),),
        password_hash=password_hash,
    )
    row.user_id = user.id
    unit.flush()
    return user


def join_too(unit: UnitOfWork, *, actor: Actor) -> None:
    """Somebody with an account takes the role of an expert as well; their sign-ins end."""
    user = accounts.get_user(unit, actor.user_id)
    if any(held.role is Role.PARTNER_EXPERT for held in user.memberships):
        raise NotAllowedNow("You offer support already. Change your role to see your profile.")
    accounts.add_role(unit, actor=JOB, user_id=user.id, given=RoleFor(Role.PARTNER_EXPERT))


def found_organisation(unit: UnitOfWork, *, actor: Actor, name: str, region_code: str) -> Organisation:
    """The support organisation of a manager who has none yet; one that is here already is not joined this way."""
    clean_name = free_text.clean(name)
    stop_at(_body_problems(unit, clean_name, region_code))
    held = _membership_without_body(unit, actor)
    row = Organisation(
        code=new_reference("S"),
        code_source=CodeSource.OURS,
        name=clean_name,
        kind=OrganisationKind.SUPPORT_ORGANISATION,
        region_code=region_code,
        source=SOURCE,
    )
    unit.session.add(row)
    unit.flush()
    held.organisation_id = row.id
    unit.flush()
    after = {"code": row.code, "region": region_code}
    audit.record(unit, actor, "organisation.create", audit.Subject("organisation", row.id), after=after)
    return row


def invited_home(unit: UnitOfWork, *, actor: Actor) -> Organisation | None:
    """The organisation that invited the expert, if one did: most likely the employer."""
    query = store.last_used(LinkPurpose.INVITATION, actor.user_id, Role.PARTNER_EXPERT)
    row = unit.session.scalar(query.limit(1))
    return unit.session.get(Organisation, row.organisation_id) if row and row.organisation_id else None


def complete(unit: UnitOfWork, *, actor: Actor, partner_id: UUID, expected_version: int) -> Partner:
    """The last press: the employer is asked, where that is still to do, and the partner takes part.

    Raises ``Rejected`` with everything that is missing. Whether a release that is still open keeps the partner
    out of matching is the policy's to say.
    """
    row = partners.own(unit, actor=actor, partner_id=partner_id)
    stop_at(_missing(unit, row))
    if row.kind is PartnerKind.EXPERT and releases.newest(row) is None:
        row = releases.ask(unit, actor=actor, partner_id=partner_id, expected_version=expected_version)
        expected_version = row.version
    return partners.move(
        unit, actor=actor, partner_id=partner_id, to=PartnerState.ACTIVE, expected_version=expected_version
    )


def _missing(unit: UnitOfWork, row: Partner) -> Iterator[Problem]:
    if not row.skills:
        yield Problem("skills", "Add at least one skill first")
    months = capacity_rows.months_of(unit.session, row.id, months_from(unit))
    if not any(each.days for each in months.values()):
        yield Problem("days", "Offer at least one day in the coming 12 months")
    if row.interests_confirmed_on is None:
        yield Problem("interests", "Declare your interests first, even if you have none")


def _membership_without_body(unit: UnitOfWork, actor: Actor) -> Membership:
    query = select(Membership).where(
        Membership.user_id == actor.user_id,
        Membership.role == Role.PARTNER_MANAGER,
        Membership.organisation_id.is_(None),
    )
    held = unit.session.scalar(query)
    if held is None:
        raise NotAllowedNow("You manage an organisation already.")
    return held


def _body_problems(unit: UnitOfWork, name: str, region_code: str) -> list[Problem]:
    problems = [] if name else [Problem("organisation", "Enter the name of your organisation")]
    problems += free_text.problems("organisation", name, most=200, one_line=True)
    if name and _is_taken(unit, name):
        words = "This organisation is here already. Ask one of its managers to invite you"
        problems.append(Problem("organisation", words))
    region = select(Organisation.id).where(
        Organisation.code == region_code, Organisation.kind == OrganisationKind.REGION
    )
    if unit.session.scalar(region) is None:
        problems.append(Problem("region_code", "Choose the region you are based in"))
    return problems


def _is_taken(unit: UnitOfWork, name: str) -> UUID | None:
    query = select(Organisation.id).where(func.lower(Organisation.name) == name.lower()).limit(1)
    return unit.session.scalar(query)
