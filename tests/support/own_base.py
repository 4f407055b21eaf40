"""What the tests' own models stand on."""

from sqlalchemy.orm import registry

from service.prisma.base import Base

_registry = registry(metadata=Base.metadata)


class OwnBase(Base):
    """Apart from the mirrored schema, whatever that is: relations are found by names, which may be its models' too."""

    __abstract__ = True
    registry = _registry
    _sa_registry = _registry
