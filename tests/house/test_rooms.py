"""One purpose each, and few enough lines to be read in one go."""

from tests.house.source import ROOT, files, product

MOST_LINES = 299
NAMES_WITHOUT_PURPOSE = {"services.py", "utils.py", "helpers.py", "common.py", "misc.py", "signals.py"}


def test_no_file_is_longer_than_one_can_read_in_one_go():
    too_long = {
        str(path.relative_to(ROOT)): length
        for path in files(".py", ".html", ".js", ".css", ".txt")
        if (length := len(path.read_text().splitlines())) > MOST_LINES
    }
    assert not too_long


def test_every_file_is_named_after_its_purpose():
    assert not [
        source.path for source in product() if source.path.rpartition("/")[2] in NAMES_WITHOUT_PURPOSE
    ]


def test_every_module_says_what_it_is_for():
    import_only = [source for source in product() if source.text.strip()]
    assert not [source.path for source in import_only if not source.text.lstrip().startswith(('"""', "#!"))]
