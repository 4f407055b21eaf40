"""Finds the files that the team has moved: by the classes that a file had, else by its lines."""

from collections import Counter
from pathlib import PurePosixPath

from service.dev.adopt.adopted import Adopted, Kept, KeptSlice
from service.dev.adopt.merge.checkout import CLASS, Checkout
from service.dev.adopt.merge.python.nodes import lines_of

NEAR = 0.5  # from this share of kept lines on, a file counts as moved
FEW = 4  # a file of fewer lines says too little to be found again


def locate(adopted: Adopted, checkout: Checkout) -> None:
    """Set `at` of each file to where the team has it now; one that is nowhere counts as deleted."""
    known = {kept.at for kept in adopted.every_file().values()}
    for kept in adopted.slices.values():
        if kept.state != "gone":
            _locate_slice(kept, checkout, known)
    for file in adopted.loose.values():
        file.deleted = file.deleted and checkout.read(file.at) is None


def _locate_slice(kept: KeptSlice, checkout: Checkout, known: set[str]) -> None:
    missing = [path for path, file in kept.files.items() if checkout.read(file.at) is None]
    whole = len(missing) == len(kept.files)
    empty: list[Kept] = []
    for path, file in kept.files.items():
        if path not in missing:
            file.deleted = False
            continue
        if not file.text.strip():
            empty.append(file)
            continue
        found = _by_class(file, checkout, known)
        # Where other files of the slice are in place, one whose classes are nowhere was rather deleted than moved.
        found = found or (_by_lines(file, checkout, known) if whole else None)
        if found:
            known.discard(file.at)
            known.add(found)
            file.at, file.deleted = found, False
    for file in empty:
        beside = str(PurePosixPath(home(kept, checkout)) / PurePosixPath(file.at).name)
        if checkout.read(beside) is not None and beside not in known:
            file.at, file.deleted = beside, False


def home(kept: KeptSlice, checkout: Checkout) -> str:
    """The folder in which most files of a slice are now."""
    folders = Counter(
        str(PurePosixPath(file.at).parent)
        for file in kept.files.values()
        if file.text.strip() and checkout.read(file.at) is not None
    )
    return folders.most_common(1)[0][0] if folders else kept.folder


def _by_class(file: Kept, checkout: Checkout, known: set[str]) -> str | None:
    found = Counter(
        path
        for name in CLASS.findall(file.text)
        for path in checkout.classes.get(name, [])
        if path not in known
    )
    best = found.most_common(1)
    return best[0][0] if best and best[0][1] * 2 > len(CLASS.findall(file.text)) else None


def _by_lines(file: Kept, checkout: Checkout, known: set[str]) -> str | None:
    lines = _lines(file.text)
    if lines.total() < FEW:
        return None
    scores = {
        path: (lines & _lines(text)).total() / max(lines.total(), _lines(text).total())
        for path in checkout.modules
        if path not in known and (text := checkout.read(path))
    }
    best = max(scores, key=lambda path: scores[path], default=None)
    return best if best is not None and scores[best] >= NEAR else None


def _lines(text: str) -> Counter[str]:
    return Counter(line.strip() for line in lines_of(text) if line.strip())
