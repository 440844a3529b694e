"""What must not stand in the tree: addresses of package registries, and work put off in a comment."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
LEFT_OUT = {".git", ".venv", "__pycache__", "instance", "test-results", "build", "htmlcov"}
KINDS = {".py", ".cfg", ".toml", ".txt", ".md", ".html", ".yaml", ".yml", ".json", ".js", ".css", ""}
# Written apart, so that this file passes too.
REGISTRIES = [".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"))]
OUR_CLASS = re.compile(r"\bapp-[a-zA-Z0-9_-]+")
MARKDOWN_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)")
FILE_OR_FOLDER = re.compile(r"`((?:webapp|matcher|seeds|tests|benchmarks|drills|migrations|docs)/[\w./*-]+)")
RULES_CITED = re.compile(r"RELIABILITY\.md,? ((?:[IC]\d+(?:, | and )?)+)")
PUT_OFF = re.compile(rf"\b(?:{'|'.join(('TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X'))})\b")


def _texts():
    for path in sorted(ROOT.rglob("*")):
        inside = path.relative_to(ROOT)
        left_out = any(part in LEFT_OUT or part.endswith((".egg-info", "_cache")) for part in inside.parts)
        if not left_out and path.is_file() and path.suffix in KINDS and "vendor" not in str(inside):
            yield inside, path.read_text(encoding="utf-8", errors="replace")


def _pages():
    return [(page, text) for page, text in _texts() if page.suffix == ".md"]


class TestTexts:
    def test_no_package_registry_is_named(self):
        assert [str(path) for path, text in _texts() if any(host in text for host in REGISTRIES)] == []

    def test_no_relative_link_of_a_page_is_dead(self):
        dead = [
            f"{page}: {target}"
            for page, text in _pages()
            for target in MARKDOWN_LINK.findall(text)
            if "://" not in target and not (ROOT / page.parent / target).exists()
        ]
        assert dead == []

    def test_what_a_page_names_by_its_path_is_there(self):
        found = [
            (page, name.rstrip("/.")) for page, text in _pages() for name in FILE_OR_FOLDER.findall(text)
        ]
        assert len(found) > 50, "the pages name their files otherwise than this test knows"
        assert [f"{page}: {name}" for page, name in found if not any(ROOT.glob(name))] == []

    def test_each_rule_that_is_named_by_its_number_is_told_of(self):
        told = (ROOT / "docs/papers.md").read_text()
        cited = {
            number
            for _, text in _texts()
            for numbers in RULES_CITED.findall(text)
            for number in re.findall(r"[IC]\d+", numbers)
        }
        assert cited
        assert {number for number in cited if not re.search(rf"\b{number}\b", told)} == set()

    def test_nothing_is_put_off_in_a_comment(self):
        code = {".py", ".html", ".cfg", ".toml"}
        assert [str(path) for path, text in _texts() if path.suffix in code and PUT_OFF.search(text)] == []

    def test_the_style_sheet_closes_what_it_opens(self):
        open_, left = 0, []
        for number, line in enumerate((ROOT / "webapp/static/app.css").read_text().splitlines(), start=1):
            left += [number] if line.startswith("/*") and open_ else []
            open_ += line.count("{") - line.count("}")
        assert (open_, left) == (0, [])

    def test_each_class_of_ours_is_named_in_the_style_sheet_and_on_a_page(self):
        """A name that a template completes, as with the shades of a heat table, stands for all that begin so."""
        sheet = set(OUR_CLASS.findall((ROOT / "webapp/static/app.css").read_text()))
        sources = [*(ROOT / "webapp/templates").rglob("*.html"), *(ROOT / "webapp/static").glob("*.js")]
        named = {each for path in sources for each in OUR_CLASS.findall(path.read_text())}
        begun = tuple(each for each in named if each.endswith("-"))
        assert {each for each in sheet - named if not (begun and each.startswith(begun))} == set()
        assert {each for each in named - sheet if each not in begun} == set()

    def test_each_decision_record_has_a_number_of_its_own_and_is_listed(self):
        records = sorted(path.name for path in (ROOT / "docs/adr").glob("[0-9]*.md"))
        numbers = [name[:4] for name in records]
        assert len(set(numbers)) == len(numbers)
        listed = re.findall(
            r"^\| \[(\d{4})\]\((.+)\)", (ROOT / "docs/adr/README.md").read_text(), re.MULTILINE
        )
        assert listed == list(zip(numbers, records, strict=True))
        for name, number in zip(records, numbers, strict=True):
            assert (ROOT / "docs/adr" / name).read_text().startswith(f"# {int(number)}. ")

    def test_records_that_speak_of_one_another_do_so_on_both_sides(self):
        """The paragraph below a record's title says what it adds to, or what adds to it."""
        heads = {
            path.name: path.read_text().split("\n\n")[1]
            for path in sorted((ROOT / "docs/adr").glob("[0-9]*.md"))
        }
        assert all(head.startswith("Accepted, ") for head in heads.values())
        named = {(name, other) for name, head in heads.items() for other in MARKDOWN_LINK.findall(head)}
        assert len(named) > 20
        assert [pair for pair in sorted(named) if pair[::-1] not in named] == []
