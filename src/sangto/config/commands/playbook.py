"""`sangto playbook`: check a text, look at its tree, walk it at random. None of these needs a database."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from sangto.config.commands.common import Subparsers, json_option
from sangto.config.terminal import EXIT_FAILED, give, give_json, say
from sangto.playbooks.drawing import lay_out
from sangto.playbooks.files import LIBRARY, SCHEMA, check_file, library_files, read_file
from sangto.playbooks.painting import paint, paint_coverage
from sangto.playbooks.simulate import Simulation, quantile, simulate
from sangto.playbooks.svg import A3, as_svg
from sangto.playbooks.tree import BadPlaybook, Kind, Tree, outcome_words


def add(commands: Subparsers) -> None:
    playbook = commands.add_parser("playbook", help="check, show and try decision trees")
    actions = playbook.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser("check", help="everything wrong with these texts, each with its line")
    check.add_argument("files", nargs="*", metavar="FILE", help="YAML; without one, those that come with the program")
    json_option(check)
    check.set_defaults(run=run_check)
    show = actions.add_parser("show", help="the tree as an indented list, or as a picture")
    _one_file(show)
    show.add_argument("--svg", type=Path, metavar="OUT", help="write the picture to this file")
    show.add_argument("--a3", action="store_true", help="the picture has the size of one A3 sheet")
    json_option(show)
    show.set_defaults(run=run_show)
    walk = actions.add_parser("simulate", help="random walks: times, ends, and how often each branch is taken")
    _one_file(walk)
    walk.add_argument("--runs", type=_runs, default=1_000, metavar="N", help="how many walks (1,000)")
    walk.add_argument("--seed", type=int, default=1, help="the same seed gives the same walks (1)")
    walk.add_argument("--svg", type=Path, metavar="OUT", help="write the tree with its counts to this file")
    json_option(walk)
    walk.set_defaults(run=run_simulate)
    schema = actions.add_parser("schema", help="the JSON Schema of the format, for editors and other programs")
    schema.set_defaults(run=run_schema)


def _one_file(parser: argparse.ArgumentParser) -> None:
    names = ", ".join(path.stem for path in library_files())
    parser.add_argument("file", metavar="FILE", help=f"YAML, or the name of one that comes with the program: {names}")
    parser.add_argument("--lang", choices=("vi", "en"), default=_language(), help="in which language (your terminal's)")


def _language() -> str:
    return "vi" if os.environ.get("LC_ALL", os.environ.get("LANG", "")).startswith("vi") else "en"


def _runs(text: str) -> int:
    runs = int(text)
    if not 1 <= runs <= 1_000_000:
        raise argparse.ArgumentTypeError("a number from 1 to 1,000,000")
    return runs


def _path(name: str) -> Path:
    """A file, or a name of the library."""
    path = Path(name)
    ours = LIBRARY / f"{name}.yaml"
    return ours if not path.exists() and ours.exists() else path


def run_check(arguments: argparse.Namespace) -> int:
    files = [_path(name) for name in arguments.files] or library_files()
    report = []
    for path in files:
        try:
            problems = check_file(path)
        except OSError as error:
            say(f"sangto: {path} cannot be read: {error.strerror}")
            return EXIT_FAILED
        report.append((path, problems))
    if arguments.json:
        give_json(
            {
                "ok": not any(problems for _path_, problems in report),
                "files": [
                    {
                        "file": str(path),
                        "problems": [{"line": one.line, "code": one.code, "text": one.text} for one in problems],
                    }
                    for path, problems in report
                ],
            }
        )
    else:
        for path, problems in report:
            for problem in problems:
                give(str(problem))
            if not problems:
                tree = read_file(path)
                give(f"{path.name}: a playbook of {len(tree.steps)} steps")
    return EXIT_FAILED if any(problems for _path_, problems in report) else 0


def _tree(arguments: argparse.Namespace) -> Tree | None:
    """The tree of the file; None, and the problems said, where it is none."""
    path = _path(arguments.file)
    try:
        return read_file(path)
    except BadPlaybook as bad:
        for problem in bad.problems:
            say(str(problem))
    except OSError as error:
        say(f"sangto: {path} cannot be read: {error.strerror}")
    return None


def run_show(arguments: argparse.Namespace) -> int:
    tree = _tree(arguments)
    if tree is None:
        return EXIT_FAILED
    lang = arguments.lang
    layout = lay_out(tree, lang)
    if arguments.svg:
        picture = paint(tree, lang, sheet=A3 if arguments.a3 else None)
        arguments.svg.write_text(as_svg(picture, tree.name.name(lang), sheet=arguments.a3), encoding="utf-8")
        say(f"Written: {arguments.svg}")
    if arguments.json:
        kinds = {kind.value: sum(step.kind == kind for step in tree.steps.values()) for kind in Kind}
        give_json(
            {
                "playbook": tree.slug,
                "name": {"vi": tree.name.vi, "en": tree.name.en},
                "steps": len(tree.steps),
                "kinds": kinds,
                "width": layout.width,
                "height": layout.height,
                "outcomes": sorted({step.outcome for step in tree.steps.values() if step.outcome}),
            }
        )
        return 0
    give(tree.name.name(lang))
    for line in indented(tree, lang):
        give(line)
    return 0


def indented(tree: Tree, lang: str) -> list[str]:
    """The tree as lines: what leads to a step, its number and kind; a step that came before is named by its number."""
    numbers = tree.numbers()
    seen: set[str] = set()
    lines: list[str] = []
    waiting = [(tree.start, "", 0)]
    while waiting:
        step_id, answer, depth = waiting.pop()
        step = tree.steps[step_id]
        led = f"{answer} → " if answer else ""
        again = step_id in seen
        seen.add(step_id)
        ends = f": {outcome_words(step.outcome).name(lang)}" if step.outcome else ""
        words = "(↑)" if again else f"[{step.kind.label(lang)}{ends}] {step.text.name(lang)}"
        lines.append(f"{'  ' * depth}{led}{numbers[step_id]}. {words}")
        if not again:
            waiting += [(option.to, option.label.name(lang), depth + 1) for option in reversed(step.options)]
    return lines


def run_simulate(arguments: argparse.Namespace) -> int:
    tree = _tree(arguments)
    if tree is None:
        return EXIT_FAILED
    found = simulate(tree, runs=arguments.runs, seed=arguments.seed)
    if arguments.svg:
        counts = {way: (0, count) for way, count in found.ways.items()}
        picture = paint_coverage(tree, arguments.lang, counts)
        arguments.svg.write_text(as_svg(picture, tree.name.name(arguments.lang)), encoding="utf-8")
        say(f"Written: {arguments.svg}")
    if arguments.json:
        give_json(_figures(tree, found))
        return 0
    for line in _report(tree, found, arguments.lang):
        give(line)
    return 0


def _figures(tree: Tree, found: Simulation) -> dict[str, object]:
    return {
        "playbook": tree.slug,
        "runs": found.runs,
        "seed": found.seed,
        "cut": found.cut,
        "minutes_p50": round(quantile(found.minutes, 0.5), 1),
        "minutes_p90": round(quantile(found.minutes, 0.9), 1),
        "steps_p50": quantile(found.steps, 0.5),
        "steps_p90": quantile(found.steps, 0.9),
        "outcomes": dict(found.outcomes),
        "ways": [{"step": step, "option": option, "count": count} for (step, option), count in found.ways.items()],
        "never": [f"{step}.{option}" for step, option in found.never],
    }


def _report(tree: Tree, found: Simulation, lang: str) -> list[str]:
    half, most = (_time(quantile(found.minutes, share)) for share in (0.5, 0.9))
    few, many = (quantile(found.steps, share) for share in (0.5, 0.9))
    lines = [
        f"{tree.name.name(lang)}: {found.runs:,} random walks, seed {found.seed}",
        f"  time to the end: half within {half}, nine of ten within {most}",
        f"  steps answered by a person: half {few:.0f}, nine of ten at most {many:.0f}",
        "  ends:",
        *(f"    {count:>7,}  {outcome_words(outcome).name(lang)}" for outcome, count in found.outcomes.items()),
        "  branches:",
    ]
    numbers = tree.numbers()
    last = ""
    for (step_id, option_id), count in found.ways.items():
        step = tree.steps[step_id]
        if step_id != last:
            lines.append(f"    {numbers[step_id]}. {step.text.name(lang)}")
            last = step_id
        option = step.option(option_id)
        said = f"{count:>7,}" if count else "  never"
        lines.append(f"    {said}  {option.label.name(lang) if option else option_id}")
    if found.cut:
        lines.append(f"  {found.cut:,} walks were cut after 1,000 steps: is there a way out of every loop?")
    lines.append(f"  branches never taken: {len(found.never)} of {len(found.ways)}")
    return lines


def _time(minutes: float) -> str:
    if minutes < 120:
        return f"{minutes:.0f} min"
    return f"{minutes / 60:.1f} h" if minutes < 48 * 60 else f"{minutes / 1440:.1f} days"


def run_schema(_arguments: argparse.Namespace) -> int:
    give(SCHEMA.read_text(encoding="utf-8").rstrip())
    return 0
