"""What a person decided by hand is decided, whatever was planned."""

from service.core.resources.controller import CrudController, ReadController
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping
from service.core.resources.repository import Repository
from service.core.schema import Absent, Resource
from service.dev.adopt.plan.reasons import NOT_ASKED
from service.dev.adopt.report.as_written import GONE, look
from service.dev.adopt.report.report import Report, ResourceReport
from service.dev.adopt.report.summary import summary
from tests.support import tables
from tests.support.labels import Label, LabelController, LabelQuery, LabelRepository
from tests.support.seats import Seat, SeatQuery, SeatRepository
from tests.support.words import Spelling, WordCreate, WordQuery

PLANNED = {"create": "meaning is new and required"}


class BareWord(Resource):
    """A word without what it means, of whose rows nobody has decided."""

    word: Spelling


class BareWordRepository(Repository[tables.Word, BareWord]):
    reader = ListReader(
        Mapping(BareWord, tables.Word, changed_by=[]), filters={}, sorts={"word": tables.Word.word}
    )


class BareWordController(CrudController[BareWordRepository, BareWord, WordQuery, Absent, Absent, Absent]):
    path = "/spellings"


class NewWordController(CrudController[BareWordRepository, BareWord, WordQuery, WordCreate, Absent, Absent]):
    path = "/words"


class SeatsController(ReadController[SeatRepository, Seat, SeatQuery]):
    path = "/seats"


class SpellingsController(ReadController[BareWordRepository, BareWord, WordQuery]):
    path = "/read-spellings"


class OwnLabelsController(ReadController[LabelRepository, Label, LabelQuery]):
    path = "/own-labels"


def _line(model: str, access: str = "read and write") -> ResourceReport:
    return ResourceReport(model, "/planned", access, {}, {}, dict(PLANNED), [])


def test_a_table_tells_what_the_files_say() -> None:
    report = Report([_line("Label", "read (--read-only)"), _line("Word"), _line("Seat"), _line("Note")], {})
    look(report, (LabelController, BareWordController, SeatsController))
    assert [(line.model, line.path, line.access, line.lacks) for line in report.resources] == [
        ("Label", "/labels", "read and write", {}),
        ("Word", "/spellings", "read and write", PLANNED | {"update": "its payload is `Absent`"}),
        ("Seat", "/seats", "read", {}),
    ]
    assert report.left_out == {"Note": GONE}


def test_of_two_resources_of_a_model_the_one_that_was_written_is_told() -> None:
    """And not the first that `service/resources.py` names, which may be a team's own beside it."""
    report = Report([_line("Word"), _line("Label")], {})
    report.resources[0].path = "/words"
    look(
        report,
        (SpellingsController, OwnLabelsController, BareWordController, NewWordController, LabelController),
    )
    assert [(line.path, line.access) for line in report.resources] == [
        ("/words", "read and write"),
        ("/labels", "read and write"),
    ]


def test_a_resource_that_was_written_by_hand_is_not_said_to_be_missing() -> None:
    report = Report([_line("Label")], {"Seat": NOT_ASKED, "Note": NOT_ASKED, "Word": "its key is a secret"})
    look(report, (LabelController, SeatsController, BareWordController))
    assert report.left_out == {"Note": NOT_ASKED, "Word": "its key is a secret"}


def test_a_view_is_still_told_to_be_one() -> None:
    report = Report([_line("Seat", "read (a view)")], {})
    look(report, (SeatsController,))
    assert report.resources[0].access == "read (a view)"


def test_what_nobody_decided_is_told_until_somebody_does() -> None:
    report = Report([_line("Word")], {})
    look(report, (BareWordController,))
    assert (report.undecided_columns, report.undecided_models) == (["Word.meaning"], ["Word"])
    report = Report([_line("Word")], {})
    look(report, (NewWordController,))
    assert (report.undecided_columns, report.undecided_models) == ([], ["Word"]), "it is taken, if not shown"
    assert "create" not in report.resources[0].lacks
    look(report, (LabelController,))
    assert (report.undecided_columns, report.undecided_models) == ([], [])


def test_a_relation_that_lists_would_need_another_type_for_is_told_until_it_is_shown() -> None:
    report = Report([_line("Word")], {})
    report.resources[0].unshown = ["word", "topicCount"]
    look(report, (NewWordController,))
    assert report.resources[0].unshown == ["topicCount"]
    assert "not shown yet: topicCount" in summary(report)


def test_a_new_relation_waits_until_a_payload_has_its_keys() -> None:
    report = Report([_line("Word")], {})
    report.resources[0].waiting = ["meaning", "topicIds"]
    look(report, (NewWordController,))
    assert report.resources[0].waiting == ["topicIds"]
    assert "Word.topicIds: no write takes it" in summary(report)


def test_what_may_hold_a_secret_is_told_while_it_is_shown() -> None:
    report = Report([_line("Word")], {})
    report.resources[0].doubtful = {"word": "it was hidden until now", "meaning": "its docs say secret"}
    look(report, (BareWordController,))
    assert report.resources[0].doubtful == {"word": "it was hidden until now"}
