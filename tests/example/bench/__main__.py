"""nox -s bench: this service beside what its users would pick, on the same data."""

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from tests.example.bench.bench import Effort, bench
from tests.example.bench.cases import CASES, CLIENTS
from tests.example.bench.contestants import CONTESTANTS, Contestant, earlier
from tests.example.bench.data import PAGES
from tests.example.bench.plot import plot
from tests.example.bench.report import report, summary
from tests.example.bench.result import Turn

RESULTS = Path(__file__).with_name("results")
README = Path(__file__).parents[3] / "README.md"
IN_README = re.compile(r"(?<=<!-- bench -->\n).*(?=<!-- /bench -->)", re.DOTALL)


def main() -> int:
    options = _options()
    contestants = [contestant for contestant in CONTESTANTS if _installed(contestant, options.only)]
    contestants += [each for each in map(earlier, options.base or ()) if _installed(each, None)]
    cases = [case for case in CASES if not options.case or case.name in options.case]
    turns: list[Turn] = []
    effort = Effort(options.rounds, options.seconds, options.clients)
    for turn in bench(contestants, cases, effort, pages=options.pages):
        print(f"{turn.case}, round {turn.round}: {turn.contestant} {turn.load.rate:,.0f}/s", flush=True)
        turns.append(turn)
    text = report(turns, seconds=options.seconds, pages=options.pages, clients=options.clients)
    print(f"\n{text}")
    if options.write:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "table.md").write_text(text)
        (RESULTS / "plot.svg").write_text(plot(turns))
        shown = summary(turns, seconds=options.seconds, pages=options.pages, clients=options.clients)
        README.write_text(IN_README.sub(lambda _: shown, README.read_text("utf-8")), "utf-8")
        (RESULTS / "turns.json").write_bytes(msgspec.json.format(msgspec.json.encode(turns), indent=0))
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="nox -s bench --", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often each contestant takes its turn")
    parser.add_argument("--seconds", type=int, default=2, help="how long a turn is")
    parser.add_argument("--pages", type=int, default=PAGES, help="how many pages there are")
    parser.add_argument("--clients", type=int, default=CLIENTS, help="how many ask at once")
    parser.add_argument(
        "--base", action="append", metavar="REVISION", help="this service at a revision of git takes part too"
    )
    parser.add_argument("--case", action="append", choices=[case.name for case in CASES])
    parser.add_argument("--only", action="append", choices=[contestant.name for contestant in CONTESTANTS])
    parser.add_argument(
        "--write",
        action="store_true",
        help=f"keep the table and the plot in {RESULTS.name}/ and in the README",
    )
    return parser.parse_args()


def _installed(contestant: Contestant, only: Sequence[str] | None) -> bool:
    if only and contestant.name not in only:
        return False
    if (missing := contestant.missing()) is not None:
        print(f"{contestant.name} does not take part: there is no {missing} here.")
        return False
    contestant.install()
    return True


if __name__ == "__main__":
    sys.exit(main())
