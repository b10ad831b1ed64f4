"""Files of evidence: what may be kept, by its name and its content; where it is stored; how it is handed out again."""

import datetime as dt
import io
import struct
import zipfile
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from okr.files import ALLOWED, MAX_NAME, FileRefused, Refusal, check_file, tidy_name
from okr.models import Evidence
from orgs import tenancy
from orgs.models import AuditEvent
from tests import factories

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\n%%EOF\n"
CSV = b"Motif;Part (%)\nProduit manquant;38\nAutre;10\n"
OFFICE = {"xlsx": "xl/workbook.xml", "docx": "word/document.xml", "pptx": "ppt/presentation.xml"}


def archive(*names: str, content: bytes = b"<x/>") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name in names:
            made.writestr(name, content)
    return file.getvalue()


def office(extension: str, *more: str) -> bytes:
    return archive("[Content_Types].xml", OFFICE[extension], *more)


CONTENT = {
    "pdf": PDF,
    "png": PNG,
    "jpg": b"\xff\xd8\xff\xe0" + bytes(20),
    "jpeg": b"\xff\xd8\xff\xe1" + bytes(20),
    "webp": b"RIFF\x1a\x00\x00\x00WEBPVP8 " + bytes(10),
    "csv": CSV,
    "txt": "Déjà vu, 12 %\n".encode("cp1252"),
    **{extension: office(extension) for extension in OFFICE},
}


# ── By content ───────────────────────────────────────────────────────────────


def test_every_allowed_type_has_its_example():
    assert set(CONTENT) == set(ALLOWED)


@pytest.mark.parametrize("extension", sorted(CONTENT))
def test_each_type_is_accepted_whatever_the_case_of_its_name(extension):
    content = io.BytesIO(CONTENT[extension])
    assert check_file(f"Étude.{extension.upper()}", content) == extension
    assert content.tell() == 0


@pytest.mark.parametrize("extension", sorted(CONTENT))
@pytest.mark.parametrize("other", sorted(CONTENT))
def test_a_name_that_lies_is_refused(extension, other):
    alike = {"jpg": "image", "jpeg": "image", "csv": "text", "txt": "text"}
    if alike.get(extension, extension) == alike.get(other, other):
        return
    with pytest.raises(FileRefused) as caught:
        check_file(f"a.{other}", io.BytesIO(CONTENT[extension]))
    assert caught.value.refusal == Refusal.CONTENT


@pytest.mark.parametrize(
    "name",
    ["a.svg", "a.html", "a.htm", "a.xml", "a.js", "a.exe", "a.zip", "a.xlsm", "a.docm", "a.xls", "a.pdf.exe", "pdf", ".pdf", "a.", ""],
)  # fmt: skip
def test_other_types_are_refused_by_their_name(name):
    with pytest.raises(FileRefused) as caught:
        check_file(name, io.BytesIO(PDF))
    assert caught.value.refusal == Refusal.TYPE


@pytest.mark.parametrize("extension", ["txt", "csv", "png", "pdf", "jpg", "webp"])
@pytest.mark.parametrize(
    "content",
    [
        b"<script>alert(1)</script>",
        b"<!DOCTYPE html><html>",
        b" \n\t<html>",
        b"\xef\xbb\xbf<html>",
        "\ufeff<html>".encode("utf-16-le"),
        b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<svg onload=alert(1)>",
        b"<!-- --><svg>",
        b"MZ\x90\x00",
        b"#!/bin/sh\n",
        b"\x00\x01\x02",
        b"{\\rtf1}",
    ],
)
def test_pages_drawings_and_programs_are_refused_under_any_name(extension, content):
    with pytest.raises(FileRefused):
        check_file(f"a.{extension}", io.BytesIO(content))


def test_a_text_that_is_cut_within_a_sign_is_still_text():
    assert check_file("a.txt", io.BytesIO(b"x" * 1023 + "é\u201d".encode() * 10)) == "txt"
    assert check_file("a.txt", io.BytesIO(b"x" * 1022 + "\u201d".encode() * 10)) == "txt"


def test_an_empty_file_is_refused():
    with pytest.raises(FileRefused) as caught:
        check_file("a.pdf", io.BytesIO(b""))
    assert caught.value.refusal == Refusal.EMPTY


# ── Office files ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize("extension", sorted(OFFICE))
def test_an_archive_that_is_no_office_file_is_refused(extension):
    other = next(one for one in OFFICE if one != extension)
    whole = office(extension)
    for content in (
        archive("a.txt"),
        archive(OFFICE[extension]),
        office(other),
        whole[:-30],
        whole[: len(whole) // 2],
        b"PK\x03\x04" + bytes(100),
    ):
        with pytest.raises(FileRefused) as caught:
            check_file(f"a.{extension}", io.BytesIO(content))
        assert caught.value.refusal == Refusal.CONTENT


def test_macros_are_refused():
    with pytest.raises(FileRefused) as caught:
        check_file("a.xlsx", io.BytesIO(office("xlsx", "xl/vbaProject.bin")))
    assert caught.value.refusal == Refusal.MACROS


def test_a_bomb_is_refused_and_never_unpacked(monkeypatch):
    whole = bytearray(office("xlsx"))
    many = archive("[Content_Types].xml", OFFICE["xlsx"], *(f"{number}.xml" for number in range(10_001)), content=b"")
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_, **__: pytest.fail("it was unpacked"))
    assert check_file("a.xlsx", io.BytesIO(bytes(whole))) == "xlsx"
    with pytest.raises(FileRefused):
        check_file("a.xlsx", io.BytesIO(many))
    at = whole.index(b"PK\x01\x02") + 24  # how large the first part says it is when it is unpacked
    whole[at : at + 4] = struct.pack("<I", 2_000_000_000)
    with pytest.raises(FileRefused):
        check_file("a.xlsx", io.BytesIO(bytes(whole)))


# ── Names ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Étude churn 2025.pdf", "Étude churn 2025.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\moi\\a.pdf", "a.pdf"),
        ('a"b<c>|?*.pdf', "a b c .pdf"),
        ("a\u202efdp.exe.pdf", "afdp.exe.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"),
        ("x" * 400 + ".pdf", "x" * (MAX_NAME - 4) + ".pdf"),
        ("😀.png", "😀.png"),
    ],
)
def test_names_are_kept_as_people_read_them(name, kept):
    assert tidy_name(name) == kept


# ── Through the pages ────────────────────────────────────────────────────────


@pytest.fixture
def world(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(dt.datetime(2026, 5, 19, 8, tzinfo=dt.UTC), tick=False):
        world = factories.world()
        with tenancy.tenant(world.org.pk):
            yield world


def stored(settings) -> list[Path]:
    return sorted(path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())


@pytest.fixture
def add(world, client):
    def add(name="étude.pdf", content=PDF, who="carol", **typed):
        client.force_login(getattr(world, who).user)
        address = reverse("key_result_evidence_new", args=[world.org.slug, world.strategic_kr.pk])
        file = SimpleUploadedFile(
            name, content, content_type="image/svg+xml"
        )  # what a browser claims counts for nothing
        return client.post(address, {"kind": "nps", "title": "A fact", "chart": "on", "file": file, **typed})

    return add


@pytest.fixture
def get(world, client):
    def get(evidence, who="alice", query=""):
        client.force_login(getattr(world, who).user)
        return client.get(reverse("evidence_file", args=[world.org.slug, evidence.pk]) + query)

    return get


@pytest.mark.parametrize("extension", sorted(CONTENT))
def test_each_type_is_kept_under_a_random_name_and_handed_out_under_its_own(world, add, get, settings, extension):
    name = f"Étude 2025.{extension}"
    assert add(name, CONTENT[extension]).status_code == 302
    made = Evidence.objects.latest("pk")
    (path,) = stored(settings)
    assert path.parent == Path(settings.MEDIA_ROOT) / "evidence" / str(world.org.pk)
    assert len(path.name) == 32
    assert "tude" not in str(path)
    assert path.stat().st_mode & 0o077 == 0
    assert not path.is_relative_to(settings.STATIC_ROOT)
    assert (made.file_name, made.file_size) == (name, len(CONTENT[extension]))
    answer = get(made)
    assert b"".join(answer.streaming_content) == CONTENT[extension]
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == f"attachment; filename*=utf-8''%C3%89tude%202025.{extension}"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_only_a_picture_is_shown_and_nothing_in_it_may_run(world, add, get):
    add("photo.png", PNG)
    picture = Evidence.objects.latest("pk")
    answer = get(picture, query="?show")
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "private, no-store"
    for name, content in (("a.pdf", PDF), ("a.txt", b"text"), ("a.csv", CSV)):
        add(name, content)
        answer = get(Evidence.objects.latest("pk"), query="?show")
        assert answer["Content-Disposition"].startswith("attachment"), name
        assert answer["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.svg", b"<svg/>", "Files of this type are not kept. Choose one of: PDF, PNG"),
        ("a.html", b"<html>", "Files of this type are not kept."),
        ("a.pdf", b"<script>alert(1)</script>", "Its content is not that of a PDF file."),
        ("a.xlsx", office("xlsx", "xl/vbaProject.bin"), "This file holds macros."),
        ("a.pdf", b"", "This file is empty."),
        ("a.csv", b"a;b\nx;=1+1\n", "Line 2, column “b”: “=1+1” is a formula"),
    ],
)
def test_what_is_refused_is_said_beside_the_field_and_nothing_is_kept(world, add, settings, name, content, says):
    before = Evidence.objects.count()
    answer = add(name, content, source="Typed <b>source</b>")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page[page.index('id="id_file_error"') :]
    assert "Typed &lt;b&gt;source&lt;/b&gt;" in page
    assert 'value="A fact"' in page
    assert stored(settings) == []
    assert Evidence.objects.count() == before


def test_a_file_that_is_too_large_keeps_what_was_typed(world, add, settings):
    settings.EVIDENCE_MAX_BYTES = 200
    assert add("a.pdf", PDF + bytes(200 - len(PDF))).status_code == 302
    answer = add("a.pdf", PDF + bytes(201 - len(PDF)))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "This file is too large: at most 200\u00a0bytes." in page
    assert 'value="A fact"' in page
    assert 'data-most="200"' in page
    assert len(stored(settings)) == 1


def test_nothing_is_kept_where_the_action_refuses(world, add, settings):
    for number in range(19):
        Evidence.objects.create(key_result=world.strategic_kr, kind="nps", title=f"Fact {number}", position=number + 2)
    answer = add()
    assert answer.status_code == 422
    assert "There are 20 already" in answer.content.decode()
    assert stored(settings) == []


def test_whoever_may_not_write_sends_no_file(world, add, settings):
    for who in ("alice", "bob", "olga", "cpo"):
        assert add(who=who).status_code == 403
    assert stored(settings) == []


def test_a_replaced_file_stays_for_undo(world, add, get, client, settings):
    add("first.pdf", PDF)
    made = Evidence.objects.latest("pk")
    client.force_login(world.carol.user)
    address = reverse("evidence_edit", args=[world.org.slug, made.pk])
    typed = {"kind": "nps", "title": "A fact", "revision": made.revision}
    second = SimpleUploadedFile("second.png", PNG)
    assert client.post(address, {**typed, "file": second}).status_code == 302
    made.refresh_from_db()
    assert (made.file_name, made.file_size) == ("second.png", len(PNG))
    assert len(stored(settings)) == 2
    client.post(reverse("undo", args=[world.org.slug, AuditEvent.objects.latest("pk").change]))
    made.refresh_from_db()
    assert made.file_name == "first.pdf"
    assert b"".join(get(made).streaming_content) == PDF


def test_a_file_taken_away_and_one_archived_are_handed_out_no_more_until_undo(world, add, get, client):
    add()
    made = Evidence.objects.latest("pk")
    client.force_login(world.carol.user)
    address = reverse("evidence_edit", args=[world.org.slug, made.pk])
    client.post(address, {"kind": "nps", "title": "A fact", "revision": made.revision, "without_file": "on"})
    assert get(made).status_code == 404
    client.force_login(world.carol.user)
    client.post(reverse("undo", args=[world.org.slug, AuditEvent.objects.latest("pk").change]))
    assert get(made).status_code == 200
    client.force_login(world.carol.user)
    client.post(reverse("evidence_archive", args=[world.org.slug, made.pk]))
    assert get(made).status_code == 404
    client.force_login(world.carol.user)
    client.post(reverse("undo", args=[world.org.slug, AuditEvent.objects.latest("pk").change]))
    assert get(made).status_code == 200


def test_another_organization_finds_nothing(world, add, client):
    add()
    made = Evidence.objects.latest("pk")
    with tenancy.all_tenants():
        other = factories.world("other")
    client.force_login(other.dan.user)
    for slug in (world.org.slug, "other"):
        for name in ("evidence_file", "evidence_edit"):
            assert client.get(reverse(name, args=[slug, made.pk])).status_code == 404
        for name in ("evidence_edit", "evidence_move", "evidence_archive"):
            assert client.post(reverse(name, args=[slug, made.pk])).status_code == 404
