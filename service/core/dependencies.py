"""The dependencies that handlers ask for by name: the query string and the body, parsed as the type they annotate."""

from litestar.di import Provide

from service.core.http.body import read_body
from service.core.http.handler_checks import CRITERIA, PAYLOAD
from service.core.http.query import read_query

DEPENDENCIES = {
    CRITERIA: Provide(read_query, sync_to_thread=False),
    PAYLOAD: Provide(read_body),
}
