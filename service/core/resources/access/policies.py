"""Who may read and write the rows of each model of an application, and what this means for one caller."""

from collections.abc import Mapping
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import ClauseElement, literal_column, true, types
from sqlalchemy.sql.elements import BinaryExpression
from sqlalchemy.sql.operators import and_ as and_operator
from sqlalchemy.sql.visitors import replacement_traverse

from service.core.auth import Caller
from service.core.errors import InsufficientScope
from service.core.http.cursor import digest
from service.core.resources.access.claims import SUBJECT, ClaimUse, claim_use
from service.core.resources.access.rights import ClaimKey, Rights
from service.core.resources.conditions import Access, Condition, Model, Policy, RowCondition, every_part_of

NEVER = literal_column("1 = 0", types.Boolean())
"""A condition that no row fulfils.

Not `false()`: beside it SQLAlchemy would drop the other conditions, and then warn of tables that nothing joins.
"""

StatementT = TypeVar("StatementT", bound=ClauseElement)


class Authorization(msgspec.Struct, frozen=True):
    """What one caller may read and write."""

    rights: Rights
    shape: frozenset[str] | None
    """The claims that the token has and that rows can match; None without a token.

    They alone decide the SQL of a resolved statement; their values are bound.
    """
    values: Mapping[str, object]
    """The values of the token's claims, by the names under which resolved statements bind them."""
    unfit: Mapping[str, str] = {}
    """Claims of the token whose values no row can match, each with what is wrong with it."""

    def resolve(self, statement: StatementT) -> StatementT:
        """The statement with each `RowCondition` replaced by the condition for this caller."""

        def put(element: Any, **_: object) -> Any:
            if not isinstance(element, RowCondition):
                return None
            condition = self.rights.condition(element.model, element.access)
            if isinstance(condition, bool):
                return true() if condition else NEVER
            lock = element.access is Access.WRITE
            table = element.model.__table__
            held = element.holds(lambda target: self.rights.sql(condition, table, target, lock=lock))
            # In parentheses where it is an OR: SQLAlchemy sets them when an AND is built, and this one has been.
            return held.self_group(against=and_operator)

        resolved: Any = replacement_traverse(statement, {}, put)
        return resolved

    def require(self, model: Model, access: Access) -> None:
        """Raises `InsufficientScope` where the caller may do this with no row of the model, whatever the row holds."""
        if self.rights.condition(model, access) is False:
            missing = self.rights.missing(model, access)
            wrong = [f"its claim `{name}` {self.unfit[name]}" for name in missing if name in self.unfit]
            lacking = [f"`{name}`" for name in missing if name not in self.unfit]
            said = [f"it lacks the claim {' and '.join(lacking)}", *wrong] if lacking else wrong
            raise InsufficientScope(f"This token lets you {access} none of these: {', and '.join(said)}.")

    def claimed(self, model: Model) -> dict[str, object]:
        """The columns that a new row takes from the token's claims, each with its value."""
        return {name: self.values[bind] for name, bind in self.rights.claimed(model).items()}

    def of_rows(self, model: Model) -> str:
        """A text that differs for callers who may read different rows of a model; empty for those who may read all."""
        if self.rights.condition(model, Access.READ) is True:
            return ""
        # Sorted, since the order of a set differs between processes, and a cursor must be good in all of them.
        claims = sorted((name, str(value)) for name, value in self.values.items())
        return digest(sorted(self.shape or ()), claims)


class Policies:
    """The policies of an application's models."""

    def __init__(self, policies: Mapping[Model, Policy]) -> None:
        self._policies = policies
        self._uses: dict[ClaimKey, ClaimUse] = {}
        for policy in policies.values():
            for condition in (policy.readable, policy.writable):
                self._uses |= _uses(condition)
        self._binds = {key: f"__claim_{index}" for index, key in enumerate(self._uses)}
        self._rights: dict[frozenset[str], Rights] = {}
        self._authorizations: WeakKeyDictionary[Caller, Authorization] = WeakKeyDictionary()
        self.unrestricted = Authorization(Rights({}, {}, frozenset()), None, {})
        """For calls without a token, which only the local environment accepts."""

    def of(self, caller: Caller) -> Authorization:
        """What a caller may read and write, worked out once for each caller."""
        found = self._authorizations.get(caller)
        if found is None:
            found = self._authorizations[caller] = self._of(caller)
        return found

    def _of(self, caller: Caller) -> Authorization:
        if caller.claims is None:
            return self.unrestricted
        values: dict[str, object] = {}
        unfit: dict[str, str] = {}
        for key, use in self._uses.items():
            said = caller.claims.get(use.name)
            if said is not None:
                try:
                    values[self._binds[key]] = use.value(said)
                except ValueError as error:
                    # No row can hold a value that the column cannot, so the token counts as lacking the claim.
                    unfit[use.name] = str(error)
        present = frozenset([*values, SUBJECT]) if caller.user_id is not None else frozenset(values)
        rights = self._rights.get(present)
        if rights is None:
            rights = self._rights[present] = Rights(self._policies, self._binds, present)
        return Authorization(rights, present, values, unfit)


def _uses(condition: Condition) -> dict[ClaimKey, ClaimUse]:
    uses = (claim_use(part) for part in every_part_of(condition) if isinstance(part, BinaryExpression))
    return {use.key: use for use in uses if use}
