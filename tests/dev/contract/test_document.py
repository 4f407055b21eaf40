"""What is said where the API document cannot be written."""

import pytest

from service.core.type_info import AnnotationError
from service.dev import openapi


def test_a_type_that_cannot_be_is_named_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_: object) -> None:
        raise AnnotationError("dto.Twice.title: two lengths")

    monkeypatch.setattr(openapi, "refuse_what_json_cannot_carry", refuse)
    assert openapi.main(["--check"]) == 1
    assert capsys.readouterr().err == "dto.Twice.title: two lengths\n"
