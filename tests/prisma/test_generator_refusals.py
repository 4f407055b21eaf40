"""Which functions of triggers do nothing but refuse."""

import pytest

from service.dev.generator.refusals import always_raises


@pytest.mark.parametrize(
    "body",
    [
        "BEGIN RAISE EXCEPTION 'a; b'; END;",
        "\nbegin\n  -- why: 'so\n  raise exception 'no %', tg_op\n    using errcode = '23001';\n  return null; -- never\nend;\n",
        "BEGIN /* BEGIN */ RAISE 'no' USING HINT = 'it''s -- final'; END",
        "BEGIN RAISE insufficient_privilege; RETURN OLD; END;",
    ],
)
def test_one_that_raises_whatever_the_row_is(body: str) -> None:
    assert always_raises(body)


@pytest.mark.parametrize(
    "body",
    [
        "BEGIN RETURN NEW; END;",
        "BEGIN RAISE NOTICE 'a'; RETURN NEW; END;",
        "BEGIN RAISE warning 'a'; END;",
        "BEGIN IF OLD.sent THEN RAISE EXCEPTION 'a'; END IF; RETURN NEW; END;",
        "BEGIN RAISE EXCEPTION 'a'; EXCEPTION WHEN OTHERS THEN RETURN NEW; END;",
        "BEGIN INSERT INTO log VALUES (1); RAISE EXCEPTION 'a'; END;",
        "-- BEGIN RAISE EXCEPTION 'a'; END;\nBEGIN RETURN NULL; END;",
    ],
)
def test_one_that_may_let_a_row_pass(body: str) -> None:
    assert not always_raises(body)
