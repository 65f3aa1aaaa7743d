"""The bytes on the drives: what this server writes passes the judge, what MinIO wrote is served."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

import s3_clients
from martlet_process import SET_DRIVE_COUNT, MartletProcess, close, fixtures_folder
from payloads import KIB, MIB, md5_hex, multipart_etag, seeded_bytes
from s3_clients import error_of

INLINE_SHARD_SIZE_MAX = 128 * KIB
LAYOUTS = {1: 0, 4: 2, 6: 3, 12: 4, 20: 4}  # drives: parity by default


class Written:
    """What was stored in one bucket, as a manifest for the judge."""

    def __init__(self, client, bucket: str) -> None:
        self.client, self.bucket = client, bucket
        self.objects: dict[str, tuple[bytes, str]] = {}
        client.create_bucket(Bucket=bucket)

    def put(self, key: str, body: bytes, **arguments) -> None:
        self.client.put_object(Bucket=self.bucket, Key=key, Body=body, **arguments)
        self.objects[key] = (body, f'"{md5_hex(body)}"')

    def put_parts(self, key: str, parts: list[bytes]) -> None:
        upload = self.client.create_multipart_upload(Bucket=self.bucket, Key=key)["UploadId"]
        done = [
            {
                "PartNumber": number,
                "ETag": self.client.upload_part(
                    Bucket=self.bucket, Key=key, UploadId=upload, PartNumber=number, Body=part
                )["ETag"],
            }
            for number, part in enumerate(parts, 1)
        ]
        self.client.complete_multipart_upload(
            Bucket=self.bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": done}
        )
        self.objects[key] = (b"".join(parts), multipart_etag(parts))

    def copy(self, source: str, key: str) -> None:
        self.client.copy_object(
            Bucket=self.bucket, Key=key, CopySource={"Bucket": self.bucket, "Key": source}
        )
        body = self.objects[source][0]
        self.objects[key] = (body, f'"{md5_hex(body)}"')  # one part, whatever the source was made of

    def delete(self, key: str) -> None:
        self.client.delete_object(Bucket=self.bucket, Key=key)
        self.objects.pop(key, None)

    def manifest(self) -> dict:
        entries = [
            dict(
                bucket=self.bucket,
                key=key,
                version_id=None,
                size=len(body),
                etag=etag,
                sha256=hashlib.sha256(body).hexdigest(),
            )
            for key, (body, etag) in self.objects.items()
        ]
        versions = [
            dict(
                key=entry["key"],
                version_id="null",
                delete_marker=False,
                size=entry["size"],
                etag=entry["etag"],
            )
            for entry in entries
        ]
        return {"objects": entries, "listing": {self.bucket: {"versions": versions}}}

    def check(self, client) -> None:
        for key, (body, etag) in self.objects.items():
            got = client.get_object(Bucket=self.bucket, Key=key)
            assert (got["Body"].read(), got["ETag"]) == (body, etag), key


@pytest.mark.timeout(300)
@pytest.mark.parametrize("drive_count", LAYOUTS, ids=lambda count: f"{count} drives")
def test_a_written_tree_passes_the_judge(start_server, tmp_path, drive_count):
    settings = {SET_DRIVE_COUNT: "20"} if drive_count > 16 else {}
    server = start_server(drive_count=drive_count, settings=settings)
    client = s3_clients.client(server.endpoint)
    data_count = drive_count - LAYOUTS[drive_count]
    inline_max = INLINE_SHARD_SIZE_MAX * data_count
    tree = Written(client, "written")
    for size in {0, 1, inline_max - 1, inline_max, inline_max + 1, MIB - 1, MIB, MIB + 1, 3 * MIB + 5}:
        tree.put(f"size/{size}", seeded_bytes(size, size))
    tree.put("folder/", b"")
    tree.put("folder", b"an object beside the folder object")
    tree.put("folder/inside", b"and one inside")
    tree.put("日本語/файл é 🪶.txt", b"unicode")
    tree.put("odd/sp ace +plus&amp=100%25/q?u#h'\"~!().txt", b"odd")
    tree.put("deep/" * 40 + "end", b"deep")
    tree.put(
        "described",
        b"x",
        Metadata={"colour": "blue"},
        ContentType="text/x",
        CacheControl="max-age=1",
        ContentDisposition="attachment",
        ContentLanguage="en",
        ContentEncoding="identity",
    )
    for algorithm in ("CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"):
        tree.put(f"sum/{algorithm}", seeded_bytes(algorithm, 5000), ChecksumAlgorithm=algorithm)
    for size in (10, 2 * MIB, 20, 3 * MIB):
        tree.put("overwritten", seeded_bytes(f"over {size}", size))
    tree.put_parts(
        "parts/three", [seeded_bytes("a", 5 * MIB), seeded_bytes("b", 5 * MIB + 1), seeded_bytes("c", 1000)]
    )
    tree.put_parts("parts/one", [b"one small part"])
    tree.copy("parts/three", "copied/parts")
    tree.copy(f"size/{MIB + 1}", "copied/large")
    tree.copy("described", "copied/small")
    for key in ("gone/inline", "gone/large"):
        tree.put(key, seeded_bytes(key, 10 if "inline" in key else 2 * MIB))
        tree.delete(key)
    pending = client.create_multipart_upload(Bucket="written", Key="pending")["UploadId"]
    client.upload_part(
        Bucket="written", Key="pending", UploadId=pending, PartNumber=3, Body=seeded_bytes("p", MIB + 7)
    )
    tree.check(client)
    server.stop()

    (tmp_path / "manifest.json").write_text(json.dumps(tree.manifest()))
    server.judge(tmp_path / "manifest.json")
    for drive in server.drives:
        assert not (drive / "written" / "gone").exists(), "emptied folders are removed"
        assert part_files(drive / "written" / "size" / f"{inline_max}") == []
        assert part_files(drive / "written" / "size" / f"{inline_max + 1}") == ["part.1"]
        assert part_files(drive / "written" / "parts" / "three") == ["part.1", "part.2", "part.3"]
        assert (drive / "written" / "folder__XLDIR__" / "xl.meta").is_file()

    server.start()
    tree.check(client)
    parts = client.list_parts(Bucket="written", Key="pending", UploadId=pending)["Parts"]
    assert [(part["PartNumber"], part["Size"]) for part in parts] == [(3, MIB + 7)]


def part_files(folder: Path) -> list[str]:
    """The shard files of an object's data folders on one drive."""
    return sorted(path.name for path in folder.glob("*-*-*-*-*/part.*"))


TREES = ["ec4", "sd1"]


class Fixture:
    """A tree a MinIO server wrote, and what its manifest says of it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.archive = fixtures_folder() / f"{name}.tar.xz"
        self.manifest_path = fixtures_folder() / f"{name}.manifest.json"
        if not self.manifest_path.is_file():
            pytest.skip(f"{self.manifest_path} is missing: MinIO's trees cannot be tried")
        self.manifest = json.loads(self.manifest_path.read_text())

    def server(self) -> MartletProcess:
        return MartletProcess(
            unpacks=self.archive,
            access_key=self.manifest["root_user"],
            secret_key=self.manifest["root_password"],
            judged=False,
        )

    @property
    def newest(self) -> dict[tuple[str, str], dict]:
        """The newest version of each key, as listed; it may be a delete marker."""
        return {
            (bucket, version["key"]): version
            for bucket, listing in self.manifest["listing"].items()
            for version in listing["versions"]
            if version["is_latest"]
        }

    def current(self) -> list[dict]:
        """The described objects that a GET without a version id gives, as long as they are plain."""
        return [
            entry
            for entry in self.manifest["objects"]
            if not entry.get("ssec")
            and not entry.get("sse")
            and (newest := self.newest.get((entry["bucket"], entry["key"]))) is not None
            and not newest["delete_marker"]
            and newest["version_id"] == (entry.get("version_id") or "null")
            and newest["etag"] == entry["etag"]
        ]


@pytest.fixture(scope="module", params=TREES)
def adopted(request):
    """A running server on a copy of MinIO's drives. It only reads; the copy is judged at the end."""
    if request.config.getoption("--endpoint"):
        pytest.skip("needs a server of its own, not --endpoint")
    fixture = Fixture(request.param)
    process = fixture.server()
    try:
        process.start()
        yield fixture, process, s3_clients.client(process.endpoint)
        process.stop()
        process.judge(fixture.manifest_path)
    finally:
        close(process)


@pytest.mark.xdist_group("MinIO's trees")
class TestMinIOsTrees:
    HEADERS = {
        "content_type": "ContentType",
        "cache_control": "CacheControl",
        "content_encoding": "ContentEncoding",
        "content_disposition": "ContentDisposition",
        "content_language": "ContentLanguage",
        "storage_class": "StorageClass",
    }
    CHECKSUMS = {
        "crc32": "ChecksumCRC32",
        "crc32c": "ChecksumCRC32C",
        "sha1_b64": "ChecksumSHA1",
        "sha256_b64": "ChecksumSHA256",
        "crc64nvme": "ChecksumCRC64NVME",
        "checksum_type": "ChecksumType",
    }

    def test_every_current_object_reads_back(self, adopted):
        fixture, _, client = adopted
        wrong = []
        for entry in fixture.current():
            try:
                got = client.get_object(Bucket=entry["bucket"], Key=entry["key"])
                body = got["Body"].read()
            except ClientError as error:
                wrong.append((entry["key"], str(error)))
                continue
            if (hashlib.sha256(body).hexdigest(), len(body), got["ETag"]) != (
                entry["sha256"],
                entry["size"],
                entry["etag"],
            ):
                wrong.append((entry["key"], "content", len(body), got["ETag"]))
            if got["LastModified"].isoformat() != entry["last_modified"]:
                wrong.append(
                    (entry["key"], "last modified", got["LastModified"].isoformat(), entry["last_modified"])
                )
            if got["Metadata"] != entry.get("user_metadata", {}):
                wrong.append((entry["key"], "metadata", got["Metadata"], entry.get("user_metadata")))
            wrong += [
                (entry["key"], name, got.get(field), entry.get(name))
                for name, field in self.HEADERS.items()
                if (got.get(field) or None) != (entry.get(name) or None)
            ]
        assert wrong == []
        assert len(fixture.current()) >= {"ec4": 30, "sd1": 14}[fixture.name]

    def test_ranges_read_back(self, adopted):
        fixture, _, client = adopted
        for entry in fixture.current():
            size = entry["size"]
            if size < 5:
                continue
            whole = client.get_object(Bucket=entry["bucket"], Key=entry["key"])["Body"].read()
            first, last = size // 3, size // 3 + size // 2
            got = client.get_object(Bucket=entry["bucket"], Key=entry["key"], Range=f"bytes={first}-{last}")[
                "Body"
            ].read()
            assert got == whole[first : last + 1], entry["key"]

    def test_stored_checksums_come_back(self, adopted):
        fixture, _, client = adopted
        for entry in fixture.current():
            head = client.head_object(Bucket=entry["bucket"], Key=entry["key"], ChecksumMode="ENABLED")
            for name, field in self.CHECKSUMS.items():
                assert (head.get(field) or None) == (entry.get(name) or None), (entry["key"], name)

    def test_the_listing_is_the_same(self, adopted):
        fixture, _, client = adopted
        assert [entry["Name"] for entry in client.list_buckets()["Buckets"]] == sorted(
            fixture.manifest["listing"]
        )
        for bucket, listing in fixture.manifest["listing"].items():
            expected = [
                (entry["key"], entry["size"], entry["etag"], entry["storage_class"])
                for entry in listing["objects"]
            ]
            for call in ("list_objects_v2", "list_objects"):
                got = [
                    (entry["Key"], entry["Size"], entry["ETag"], entry["StorageClass"])
                    for page in client.get_paginator(call).paginate(
                        Bucket=bucket, PaginationConfig={"PageSize": 7}
                    )
                    for entry in page.get("Contents", [])
                ]
                assert got == expected, (bucket, call)

    def test_what_a_delete_marker_hides_is_not_there(self, adopted):
        fixture, _, client = adopted
        hidden = [key for key, version in fixture.newest.items() if version["delete_marker"]]
        assert hidden
        for bucket, key in hidden:
            with pytest.raises(ClientError) as caught:
                client.get_object(Bucket=bucket, Key=key)
            assert error_of(caught) == ("NoSuchKey", 404)

    def test_a_pending_upload_keeps_its_parts(self, adopted):
        fixture, _, client = adopted
        for upload in fixture.manifest.get("pending_multipart", []):
            listed = client.list_parts(
                Bucket=upload["bucket"], Key=upload["key"], UploadId=upload["upload_id"]
            )["Parts"]
            assert [(part["PartNumber"], part["Size"], part["ETag"]) for part in listed] == [
                (part["number"], part["size"], part["etag"]) for part in upload["parts"]
            ]


def test_minios_tree_without_two_of_its_drives(start_server):
    fixture = Fixture("ec4")
    server = start_server(
        unpacks=fixture.archive,
        access_key=fixture.manifest["root_user"],
        secret_key=fixture.manifest["root_password"],
        judged=False,
        injects_faults=True,
    )
    client = s3_clients.client(server.endpoint)
    for pair in ((0, 1), (1, 3), (2, 0)):
        server.faults.clear()
        server.faults.set("eio", *pair)
        for entry in fixture.current():
            if entry.get("storage_class") == "REDUCED_REDUNDANCY":
                continue  # one parity shard: needs three drives
            body = client.get_object(Bucket=entry["bucket"], Key=entry["key"])["Body"].read()
            assert hashlib.sha256(body).hexdigest() == entry["sha256"], (pair, entry["key"])


def test_writing_into_minios_tree_leaves_a_sound_one(start_server):
    fixture = Fixture("ec4")
    server = start_server(
        unpacks=fixture.archive,
        access_key=fixture.manifest["root_user"],
        secret_key=fixture.manifest["root_password"],
    )
    client = s3_clients.client(server.endpoint)
    body = seeded_bytes("into", 3 * MIB)
    for key in ("one", "obj-5m", "new/object"):
        client.put_object(Bucket="fx-basic", Key=key, Body=body)
        assert client.get_object(Bucket="fx-basic", Key=key)["Body"].read() == body
    client.delete_object(Bucket="fx-basic", Key="a/b/c/d/deep.bin")
    assert client.get_object(Bucket="fx-basic", Key="a/b/c/d/deep.bin.sibling")["ContentLength"] == 11
