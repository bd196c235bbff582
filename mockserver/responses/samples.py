"""Small files of a kind, for bodies that no schema can describe: a picture of a pixel, a silent sound, a page."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from base64 import b64decode
from collections.abc import Callable
from functools import cache

from mockserver.openapi.media_types import FILES


@cache
def sample(media_type: str) -> bytes | None:
    """A valid file of a media type, ``image/png``, always the same; None for a type whose bodies are no files."""
    make = _MAKERS.get(media_type)
    if make is not None:
        return make()
    return b"\x00\x01\x02\x03" if media_type.partition("/")[0] in FILES else None


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)  # one pixel of 8 bits each for red, green and blue
    pixels = zlib.compress(b"\x00\x40\x80\xc0", 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def _jpeg() -> bytes:
    return b64decode(
        "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP////////////////////////////////////////////////////////////////////////////"
        "//////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA="
    )


def _gif() -> bytes:
    return b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


def _webp() -> bytes:
    return b64decode("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")


def _svg() -> bytes:
    return b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><rect width="1" height="1"/></svg>'


def _icon() -> bytes:
    picture = _png()
    return struct.pack("<HHHBBBBHHII", 0, 1, 1, 1, 1, 0, 0, 1, 24, len(picture), 22) + picture


def _pdf() -> bytes:
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
    )
    body, places = b"%PDF-1.4\n", []
    for number, part in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj%sendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + b"xref\n0 4\n0000000000 65535 f \n%strailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        table,
        len(body),
    )


def _zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo("sample.txt", (2024, 1, 1, 0, 0, 0)), "sample\n")
    return file.getvalue()


def _tar() -> bytes:
    import tarfile

    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        member = tarfile.TarInfo("sample.txt")
        member.size = 7
        archive.addfile(member, io.BytesIO(b"sample\n"))
    return file.getvalue()


def _gzip() -> bytes:
    import gzip

    return gzip.compress(b"sample\n", mtime=0)


def _wav() -> bytes:
    silence = b"\x80" * 80  # 10 ms of 8 bits at 8 kHz
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 8000, 8000, 1, 8)
    data = b"WAVE" + form + struct.pack("<4sI", b"data", len(silence)) + silence
    return struct.pack("<4sI", b"RIFF", len(data)) + data


def _mp3() -> bytes:
    frame = b"\xff\xfb\x90\xc4" + bytes(413)  # layer III, 128 kbit/s, 44.1 kHz, mono: 26 ms of silence
    return frame * 2


def _mp4() -> bytes:
    """A movie of no tracks: the box that says what it is, and an empty one."""
    brand = b"ftypisom" + struct.pack(">I", 512) + b"isomiso2mp41"
    return struct.pack(">I", len(brand) + 4) + brand + struct.pack(">I", 8) + b"free"


def _workbook() -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return _package(
        {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
            f'<Override PartName="/xl/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>',
            "_rels/.rels": _link(f"{links}/officeDocument", "xl/workbook.xml"),
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{links}"><sheets>'
            '<sheet name="Sample" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": _link(f"{links}/worksheet", "sheet1.xml"),
            "xl/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData><row>'
            '<c t="inlineStr"><is><t>sample</t></is></c></row></sheetData></worksheet>',
        }
    )


def _link(kind: str, target: str) -> str:
    """The one relationship of a part of a package."""
    about = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{about}"><Relationship Id="r1" Type="{kind}" Target="{target}"/></Relationships>'


def _package(parts: dict[str, str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in parts.items():
            archive.writestr(
                zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), f'<?xml version="1.0" encoding="UTF-8"?>{text}'
            )
    return file.getvalue()


_MAKERS: dict[str, Callable[[], bytes]] = {
    "image/png": _png,
    "image/*": _png,
    "image/jpeg": _jpeg,
    "image/jpg": _jpeg,
    "image/gif": _gif,
    "image/webp": _webp,
    "image/svg+xml": _svg,
    "image/x-icon": _icon,
    "image/vnd.microsoft.icon": _icon,
    "application/pdf": _pdf,
    "application/zip": _zip,
    "application/x-zip-compressed": _zip,
    "application/x-zip": _zip,
    "application/x-tar": _tar,
    "application/gzip": _gzip,
    "application/x-gzip": _gzip,
    "video/mp4": _mp4,
    "video/*": _mp4,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": _workbook,
    "audio/wav": _wav,
    "audio/x-wav": _wav,
    "audio/wave": _wav,
    "audio/mpeg": _mp3,
    "audio/mp3": _mp3,
    "audio/*": _mp3,
}
