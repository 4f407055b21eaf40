"""Through what the tests see the service: pytest's options change it, so that no test holds in one setting alone."""

from dataclasses import dataclass

from service.prisma.url_parameters import DEFAULT_SCHEMA


@dataclass
class Lens:
    """What is the same for every test of a run."""

    timezone: str | None = None
    schema: str = DEFAULT_SCHEMA
    pooler: bool = False
    socket: bool = False

    def url(self, url: str) -> str:
        """The URL of a database, and of the schema in it that the tests use."""
        return url if self.schema == DEFAULT_SCHEMA else f"{url}&schema={self.schema}"

    def table(self, name: str) -> str:
        """What figures and spans call a table, which is with its schema where that is not the usual one."""
        return name if self.schema == DEFAULT_SCHEMA else f"{self.schema}.{name}"


LENS = Lens()
