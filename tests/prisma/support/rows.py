"""Minimal rows: what Prisma's `create()` requires, and nothing else."""

import datetime as dt
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapper

from service.dev.schema import Field, Model, Schema
from service.prisma.base import Base
from service.prisma.types import AsText, ScalarList

SAMPLES = {
    "postal_address": "(Main,Town)", "box": "(1,1),(0,0)", "tstzrange": "empty", "inet": "10.0.0.1", "cidr": "10.0.0.0/24", "macaddr": "08:00:2b:01:02:03", "xml": "<a/>", "point": "(1,2)",
    "char": "x", "tsvector": "'a'", "hstore": '"a"=>"b"', "interval": "1 day", "int4range": "[1,3)",
    "tsrange": '["2020-01-01 00:00:00","2020-01-02 00:00:00")', "bit": "1", "bit varying": "101", "vector": "[1,2,3]",
    "time": "10:00:00+00", "time with time zone": "10:00:00+00", "tsquery": "'a'", "circle": "<(1,2),3>", "polygon": "((0,0),(1,1))", "ltree": "a.b",
    '"char"': "x", "geometry": "x", "geography": "x", "halfvec": "[1,2,3]",
}  # fmt: skip
_numbers = count(1000)
Built = list[tuple[type[Base], dict[str, Any]]]


class NoSampleError(LookupError):
    """Prisma could not create such a row either, or the samples lack a type."""


class Rows:
    """Builds rows of a generated package's classes, parents first."""

    def __init__(self, schema: Schema, classes: dict[str, type[Base]], samples: dict[str, str]) -> None:
        self.schema = schema
        self.classes = classes
        self.samples = SAMPLES | samples

    def build(self, model: Model) -> Built:
        """The parents that a row needs, then the row: each a class and its arguments."""
        rows: Built = []
        self._build(model, {}, rows, ())
        return rows

    def _build(self, model: Model, given: dict[str, Any], rows: Built, path: tuple[str, ...]) -> None:
        cls = self.classes[model.name]
        if given and any(other is cls and given.items() <= known.items() for other, known in rows):
            return
        if model.name in path:
            raise NoSampleError(f"{' > '.join(path)} > {model.name} need each other")
        values = dict(given)
        for field in self._required_relations(model):
            target = self._model(field.type)
            keys = [
                (self._key(model, own), self._key(target, reference), reference)
                for own, reference in zip(field.relation.fields, field.relation.references, strict=True)
            ]
            settled = {theirs: values[own] for own, theirs, _ in keys if own in values}
            for _, theirs, reference in keys:
                if theirs not in settled:
                    settled[theirs] = self._sample(target, self._field(target, reference))
            self._build(target, settled, rows, (*path, model.name))
            values |= {own: settled[theirs] for own, theirs, _ in keys}
        columns = sa.inspect(self.classes[model.name]).local_table.c
        for field in model.fields:
            if not field.is_relation and field.column in columns and self._is_required(field):
                values.setdefault(self._key(model, field.name), self._sample(model, field))
        rows.append((cls, values))

    def _required_relations(self, model: Model) -> list[Field]:
        """Those with the fewest free columns last: a tenant's id is settled by then."""
        found = [
            field
            for field in model.fields
            if field.is_relation and field.relation.fields
            if field.arity == "required"
            or all(self._is_required(self._field(model, own)) for own in field.relation.fields)
            if field.type in self.classes and not self._model(field.type).is_view
        ]
        return sorted(found, key=lambda field: len(field.relation.fields))

    def _is_required(self, field: Field) -> bool:
        return field.arity == "required" and not field.has("default") and not field.has("updatedAt")

    def _model(self, name: str) -> Model:
        found = self.schema.model(name)
        assert found
        return found

    def _field(self, model: Model, name: str) -> Field:
        found = model.field(name)
        assert found
        return found

    def _key(self, model: Model, name: str) -> str:
        mapper: Mapper[Any] = sa.inspect(self.classes[model.name])
        column = mapper.local_table.c[self._field(model, name).column]
        return mapper.get_property_by_column(column).key

    def _sample(self, model: Model, field: Field) -> Any:
        table = sa.inspect(self.classes[model.name]).local_table
        return self._value(table.c[field.column].type)

    def _value(self, kind: Any) -> Any:
        number = next(_numbers)
        match kind:
            case AsText():
                base = kind.name.partition("(")[0].rpartition(".")[2]
                if base.startswith("bit") and "varying" not in base:
                    return "1" * int(kind.name.partition("(")[2].strip(")") or 1)
                if base not in self.samples:
                    raise NoSampleError(kind.name)
                return self.samples[base]
            case ScalarList():
                return [self._value(kind.item)]
            case sa.JSON():
                return {"n": number}
            case sa.Enum():
                members = list(kind.enum_class or [])
                return members[number % len(members)]
            case sa.Uuid():
                return uuid4()
            case _ if hasattr(kind, "data_type"):
                return self._value(kind.data_type)
            case _:
                return self._plain(kind, number)

    def _plain(self, kind: Any, number: int) -> Any:
        if isinstance(kind, sa.CHAR):
            return str(number).rjust(kind.length or 1, "0")[-(kind.length or 1) :]
        python = getattr(kind, "impl_instance", kind).python_type
        if python is dt.datetime:
            microsecond = 0 if getattr(kind, "precision", 3) == 0 else number % 1000 * 1000
            return dt.datetime(2026, 1, 2, 3, 4, 5, microsecond, tzinfo=dt.UTC)
        if python is Decimal:
            scale = getattr(kind, "scale", None) or 0
            return Decimal(
                number % 10 if getattr(kind, "precision", 9) == scale + 1 else number % 9 + 1
            ).scaleb(-scale)
        if type(kind).__name__ == "OID":
            return number
        samples: dict[type, Any] = {
            str: f"text {number}"[-(getattr(kind, "length", None) or 99) :],
            int: number, float: 1.5, bool: True, bytes: b"\x00\xff", dt.date: dt.date(2026, 1, 2), dt.time: dt.time(3, 4, 5),
        }  # fmt: skip
        return samples[python]
