"""manage.py coach: statements in, findings out, a JSON object a line."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

GOOD = {"id": "a", "level": "key_result", "text": "Passer le NPS du Drive de 31 à 42"}
OUTPUT = {"id": 2, "level": "key_result", "text": "Launch the loyalty programme", "note": {"kept": [1]}}
LINES = [json.dumps(GOOD), json.dumps(OUTPUT)]


@pytest.fixture
def run(tmp_path, capsys):
    """Run the command on these lines; what it wrote, what it complained of, and the error it ended with."""

    def run(*lines: str | bytes):
        file = tmp_path / "statements.jsonl"
        file.write_bytes(b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines))
        out, err = io.StringIO(), io.StringIO()
        try:
            call_command("coach", str(file), stdout=out, stderr=err)
        except CommandError as ended:
            return [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue(), ended
        return [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue(), None

    return run


def test_the_same_objects_with_their_findings(run):
    judged, complaints, ended = run(*LINES)
    assert ended is None
    assert complaints == ""
    assert [{key: value for key, value in row.items() if key != "findings"} for row in judged] == [GOOD, OUTPUT]
    assert judged[0]["findings"] == []
    (finding,) = judged[1]["findings"]
    assert finding == {
        "rule": "KR_OUTPUT",
        "message": "This key result names an output, not an outcome: it can ship and change nothing.",
        "suggestion": "[What customers do more, or less]: from … to …",
    }


def test_the_language_may_be_named(run):
    judged, _complaints, _ended = run(json.dumps({**GOOD, "text": "Optimiser", "language": "fr"}))
    assert [finding["rule"] for finding in judged[0]["findings"]] == ["KR_VAGUE"]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "this is not JSON."),
        ("[" * 100_000, "this is not JSON."),
        ("3", "a line is a JSON object."),
        ('"text"', "a line is a JSON object."),
        ('{"text": "a"}', '"level" is one of objective, key_result.'),
        ('{"level": "tribe", "text": "a"}', '"level" is one of objective, key_result.'),
        ('{"level": ["objective"], "text": "a"}', '"level" is one of objective, key_result.'),
        ('{"level": "objective"}', '"text" is missing, or no text.'),
        ('{"level": "objective", "text": 3}', '"text" is missing, or no text.'),
        ('{"level": "objective", "text": "a", "language": 3}', '"language" is a code such as "fr".'),
        (b'{"level": "objective", "text": "\xe9"}', "this is not UTF-8."),
    ],
    ids=str,
)
def test_a_bad_line_is_named_and_the_others_are_judged(run, line, why):
    judged, complaints, ended = run(LINES[0], line, "", LINES[1])
    assert [row["id"] for row in judged] == ["a", 2]
    assert complaints == f"Line 2: {why}\n"
    assert ended.returncode == 1
    assert str(ended) == "1 line was left out."


def test_half_a_character_is_judged_like_any_other(run):
    judged, _complaints, ended = run('{"level": "objective", "text": "Lancer \\ud83d une offre pour nos clients"}')
    assert ended is None
    assert [finding["rule"] for finding in judged[0]["findings"]] == ["OBJ_OUTPUT_VERB"]


def test_a_byte_order_mark_is_no_bad_line(run):
    judged, _complaints, ended = run(b"\xef\xbb\xbf" + LINES[0].encode())
    assert (len(judged), ended) == (1, None)


def test_standard_input(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(LINES[1].encode())))
    out = io.StringIO()
    call_command("coach", "-", stdout=out)
    assert json.loads(out.getvalue())["findings"][0]["rule"] == "KR_OUTPUT"


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("coach", str(tmp_path / "none.jsonl"))


def test_nothing_in_nothing_out(run):
    assert run("") == ([], "", None)
