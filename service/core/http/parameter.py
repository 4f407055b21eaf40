"""Parameters in the path or a header, as the arguments of a handler declare them."""

from typing import Annotated, Any

import msgspec
from litestar.params import HeaderParameter, PathParameter
from litestar.typing import FieldDefinition

from service.core.type_info import AnnotationError
from service.prisma.names import camel

_SAID = ("description", "ge", "gt", "le", "lt", "multiple_of", "min_length", "max_length", "pattern")
"""What the declaration of a parameter says of it, in words that Litestar, which checks it, and msgspec share."""


class Parameter(msgspec.Struct, frozen=True):
    """A parameter in the path or a header."""

    name: str
    kind: Any
    """The type that its text is parsed to, with a `Meta` of what its declaration says."""
    argument: str
    """The handler's argument, which has a name of Python's."""


def parameter_of(argument: FieldDefinition) -> Parameter:
    """The parameter that a handler's argument declares. Raises `AnnotationError` for one that nothing would check."""
    if any(isinstance(said, msgspec.Meta) for said in argument.metadata):
        raise AnnotationError(
            f"The argument {argument.name}: nothing checks the `Meta` of a path's parameter; use `PathParameter`."
        )
    declared = argument.kwarg_definition
    if not isinstance(declared, PathParameter | HeaderParameter):
        return Parameter(camel(argument.name), argument.annotation, argument.name)
    kind = Annotated[argument.annotation, msgspec.Meta(**{word: getattr(declared, word) for word in _SAID})]
    return Parameter(declared.name or camel(argument.name), kind, argument.name)
