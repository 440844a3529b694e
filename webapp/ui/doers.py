"""Who did something, as the audit has it: a person in a role, a person whose account is gone, or the service itself."""

from __future__ import annotations

from webapp.authority import roles

JOB = "job:"


def role_words(code: str) -> str:
    """What a role or a job of the service is called."""
    if code.startswith(JOB):
        return f"The service itself ({code.removeprefix(JOB)})"
    return roles.TITLES[roles.Role(code)] if code in set(roles.Role) else code


def doer(name: str, role: str) -> str:
    """The name with the role; the role alone where no name is left."""
    words = role_words(role)
    return f"{name} ({words})" if name else words
