"""boto3: multipart uploads, part by part and through the transfer manager."""

from __future__ import annotations

import concurrent.futures
import io

import botocore.session
import pytest
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError
from s3transfer import crt

import s3_clients
from payloads import MIB, SeededStream, md5_hex, multipart_etag, seeded_bytes, sha256_of
from s3_clients import error_of

PART = 5 * MIB
PARTS = [seeded_bytes("first", PART), seeded_bytes("second", PART), seeded_bytes("last", 1234)]


@pytest.fixture
def upload(s3, bucket):
    """A begun upload of `object`."""
    return s3.create_multipart_upload(
        Bucket=bucket, Key="object", Metadata={"colour": "blue"}, ContentType="text/x"
    )["UploadId"]


def send(s3, bucket: str, upload: str, number: int, body: bytes, key: str = "object") -> dict:
    answer = s3.upload_part(Bucket=bucket, Key=key, UploadId=upload, PartNumber=number, Body=body)
    return {"PartNumber": number, "ETag": answer["ETag"]}


def complete(s3, bucket: str, upload: str, parts: list[dict], key: str = "object") -> dict:
    return s3.complete_multipart_upload(
        Bucket=bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": parts}
    )


def test_three_parts_become_one_object(s3, bucket, upload):
    done = [send(s3, bucket, upload, number, part) for number, part in enumerate(PARTS, 1)]
    assert [part["ETag"] for part in done] == [f'"{md5_hex(part)}"' for part in PARTS]
    with pytest.raises(ClientError) as caught:
        s3.head_object(Bucket=bucket, Key="object")
    assert error_of(caught)[1] == 404, "nothing is visible before completion"
    answer = complete(s3, bucket, upload, done)
    assert answer["ETag"] == multipart_etag(PARTS)
    assert (answer["Bucket"], answer["Key"]) == (bucket, "object")
    got = s3.get_object(Bucket=bucket, Key="object")
    assert got["Body"].read() == b"".join(PARTS)
    assert (got["ETag"], got["Metadata"], got["ContentType"]) == (
        multipart_etag(PARTS),
        {"colour": "blue"},
        "text/x",
    )
    assert s3.list_objects_v2(Bucket=bucket)["Contents"][0]["Size"] == sum(map(len, PARTS))
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


def test_parts_may_arrive_in_any_order_with_gaps_and_be_left_out(s3, bucket, upload):
    numbers = {2: PARTS[0], 7: PARTS[1], 10000: PARTS[2]}
    done = [send(s3, bucket, upload, number, numbers[number]) for number in (10000, 2, 7)]
    send(s3, bucket, upload, 5, b"left out")
    complete(s3, bucket, upload, sorted(done, key=lambda part: part["PartNumber"]))
    assert s3.get_object(Bucket=bucket, Key="object")["Body"].read() == b"".join(PARTS)


def test_ranges_over_part_boundaries(s3, bucket, upload):
    complete(
        s3, bucket, upload, [send(s3, bucket, upload, number, part) for number, part in enumerate(PARTS, 1)]
    )
    whole = b"".join(PARTS)
    for first, last in (
        (PART - 1, PART),
        (PART, PART),
        (PART - 5, 2 * PART + 5),
        (2 * PART - 1, len(whole) - 1),
        (MIB, MIB),
    ):
        got = s3.get_object(Bucket=bucket, Key="object", Range=f"bytes={first}-{last}")["Body"].read()
        assert got == whole[first : last + 1], (first, last)


@pytest.mark.parametrize("method", ["get_object", "head_object"])
def test_one_part_of_a_completed_object(s3, bucket, upload, method):
    complete(
        s3, bucket, upload, [send(s3, bucket, upload, number, part) for number, part in enumerate(PARTS, 1)]
    )
    offset = 0
    for number, part in enumerate(PARTS, 1):
        answer = getattr(s3, method)(Bucket=bucket, Key="object", PartNumber=number)
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 206
        assert answer["PartsCount"] == 3
        assert answer["ContentLength"] == len(part)
        assert (
            answer["ResponseMetadata"]["HTTPHeaders"]["content-range"]
            == f"bytes {offset}-{offset + len(part) - 1}/{sum(map(len, PARTS))}"
        )
        if method == "get_object":
            assert answer["Body"].read() == part
        offset += len(part)
    with pytest.raises(ClientError) as caught:
        getattr(s3, method)(Bucket=bucket, Key="object", PartNumber=4)
    assert error_of(caught)[1] == 416


def test_a_part_sent_again_replaces_the_first(s3, bucket, upload):
    old = send(s3, bucket, upload, 1, PARTS[1])
    new = send(s3, bucket, upload, 1, PARTS[0])
    with pytest.raises(ClientError) as caught:
        complete(s3, bucket, upload, [old])
    assert error_of(caught) == ("InvalidPart", 400)
    complete(s3, bucket, upload, [new])
    assert s3.get_object(Bucket=bucket, Key="object")["Body"].read() == PARTS[0]


class TestRefusals:
    def test_a_wrong_etag(self, s3, bucket, upload):
        part = send(s3, bucket, upload, 1, PARTS[0])
        with pytest.raises(ClientError) as caught:
            complete(s3, bucket, upload, [part | {"ETag": '"' + "0" * 32 + '"'}])
        assert error_of(caught) == ("InvalidPart", 400)

    def test_a_part_that_was_never_sent(self, s3, bucket, upload):
        part = send(s3, bucket, upload, 1, PARTS[0])
        with pytest.raises(ClientError) as caught:
            complete(s3, bucket, upload, [part, {"PartNumber": 2, "ETag": part["ETag"]}])
        assert error_of(caught) == ("InvalidPart", 400)

    @pytest.mark.parametrize("order", [(2, 1), (1, 1)], ids=["descending", "twice"])
    def test_a_wrong_order(self, s3, bucket, upload, order):
        parts = {number: send(s3, bucket, upload, number, PARTS[number - 1]) for number in (1, 2)}
        with pytest.raises(ClientError) as caught:
            complete(s3, bucket, upload, [parts[number] for number in order])
        assert error_of(caught) == ("InvalidPartOrder", 400)

    def test_a_part_too_small_that_is_not_the_last(self, s3, bucket, upload):
        parts = [send(s3, bucket, upload, 1, b"x" * (PART - 1)), send(s3, bucket, upload, 2, b"x")]
        with pytest.raises(ClientError) as caught:
            complete(s3, bucket, upload, parts)
        assert error_of(caught) == ("EntityTooSmall", 400)

    def test_no_parts(self, s3, bucket, upload):
        with pytest.raises(ClientError) as caught:
            complete(s3, bucket, upload, [])
        assert error_of(caught) == ("MalformedXML", 400)

    @pytest.mark.parametrize("number", [0, 10001, -1])
    def test_a_part_number_out_of_range(self, s3, bucket, upload, number):
        with pytest.raises(ClientError) as caught:
            send(s3, bucket, upload, number, b"x")
        assert error_of(caught) == ("InvalidArgument", 400)

    @pytest.mark.parametrize(
        "identifier",
        ["nonsense", "../../../etc/passwd", "a" * 2000, "💥"],
        ids=["word", "path", "long", "emoji"],
    )
    def test_an_upload_that_does_not_exist(self, s3, bucket, identifier):
        calls = [
            lambda: send(s3, bucket, identifier, 1, b"x"),
            lambda: complete(s3, bucket, identifier, [{"PartNumber": 1, "ETag": '"' + "0" * 32 + '"'}]),
            lambda: s3.list_parts(Bucket=bucket, Key="object", UploadId=identifier),
            lambda: s3.abort_multipart_upload(Bucket=bucket, Key="object", UploadId=identifier),
        ]
        for call in calls:
            with pytest.raises(ClientError) as caught:
                call()
            assert error_of(caught) == ("NoSuchUpload", 404)

    def test_another_keys_upload(self, s3, bucket, upload):
        with pytest.raises(ClientError) as caught:
            send(s3, bucket, upload, 1, b"x", key="another")
        assert error_of(caught) == ("NoSuchUpload", 404)

    def test_a_refused_completion_leaves_the_upload_usable(self, s3, bucket, upload):
        parts = [send(s3, bucket, upload, number, part) for number, part in enumerate(PARTS, 1)]
        with pytest.raises(ClientError):
            complete(s3, bucket, upload, parts[::-1])
        complete(s3, bucket, upload, parts)
        assert s3.head_object(Bucket=bucket, Key="object")["ContentLength"] == sum(map(len, PARTS))


def test_completing_again_is_answered_as_the_first_time(s3, bucket, upload):
    parts = [send(s3, bucket, upload, number, part) for number, part in enumerate(PARTS, 1)]
    first = complete(s3, bucket, upload, parts)
    again = complete(s3, bucket, upload, parts)
    for name in ("ETag", "Bucket", "Key", "Location"):
        assert again[name] == first[name]
    assert s3.get_object(Bucket=bucket, Key="object")["Body"].read() == b"".join(PARTS)
    # As another object it would be another completion.
    with pytest.raises(ClientError) as caught:
        complete(s3, bucket, upload, parts[:1])
    assert error_of(caught) == ("NoSuchUpload", 404)


def test_completing_again_does_not_bring_back_what_was_replaced(s3, bucket, upload):
    parts = [send(s3, bucket, upload, 1, PARTS[0])]
    complete(s3, bucket, upload, parts)
    s3.put_object(Bucket=bucket, Key="object", Body=b"newer")
    with pytest.raises(ClientError) as caught:
        complete(s3, bucket, upload, parts)
    assert error_of(caught) == ("NoSuchUpload", 404)
    assert s3.get_object(Bucket=bucket, Key="object")["Body"].read() == b"newer"


def test_completing_again_in_a_versioned_bucket_makes_no_version(s3, bucket):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    upload = s3.create_multipart_upload(Bucket=bucket, Key="object", ChecksumAlgorithm="SHA256")["UploadId"]
    part = s3.upload_part(
        Bucket=bucket, Key="object", UploadId=upload, PartNumber=1, Body=b"text", ChecksumAlgorithm="SHA256"
    )
    parts = [{"PartNumber": 1, "ETag": part["ETag"], "ChecksumSHA256": part["ChecksumSHA256"]}]
    first = complete(s3, bucket, upload, parts)
    s3.put_object_tagging(Bucket=bucket, Key="object", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    again = complete(s3, bucket, upload, parts)
    for name in ("ETag", "VersionId", "ChecksumSHA256", "ChecksumType"):
        assert again[name] == first[name]
    assert len(s3.list_object_versions(Bucket=bucket)["Versions"]) == 1
    s3.delete_object(Bucket=bucket, Key="object")
    with pytest.raises(ClientError) as caught:
        complete(s3, bucket, upload, parts)
    assert error_of(caught) == ("NoSuchUpload", 404)


def test_completing_again_after_the_server_was_killed(start_server):
    server = start_server(drive_count=4)
    s3 = s3_clients.client(server.endpoint)
    s3.create_bucket(Bucket="bucket")
    upload = s3.create_multipart_upload(Bucket="bucket", Key="object")["UploadId"]
    parts = [send(s3, "bucket", upload, 1, PARTS[0])]
    first = complete(s3, "bucket", upload, parts)
    server.kill()
    server.start()
    assert complete(s3, "bucket", upload, parts)["ETag"] == first["ETag"]
    assert s3.get_object(Bucket="bucket", Key="object")["Body"].read() == PARTS[0]


def test_a_copy_is_not_taken_for_the_upload(s3, bucket, upload):
    parts = [send(s3, bucket, upload, 1, PARTS[0])]
    complete(s3, bucket, upload, parts)
    s3.copy_object(Bucket=bucket, Key="object", CopySource=f"{bucket}/object", MetadataDirective="REPLACE")
    with pytest.raises(ClientError) as caught:
        complete(s3, bucket, upload, parts)
    assert error_of(caught) == ("NoSuchUpload", 404)


def test_completing_at_once_from_many_threads_commits_one_object(s3, bucket, upload):
    parts = [send(s3, bucket, upload, number, part) for number, part in enumerate(PARTS, 1)]

    def attempt(_: int) -> str:
        try:
            return complete(s3, bucket, upload, parts)["ETag"]
        except ClientError as error:
            return error.response["Error"]["Code"]

    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(attempt, range(6)))
    assert set(answers) == {multipart_etag(PARTS)}
    assert s3.get_object(Bucket=bucket, Key="object")["Body"].read() == b"".join(PARTS)


def test_an_aborted_upload_is_gone(s3, bucket, upload):
    part = send(s3, bucket, upload, 1, PARTS[0])
    s3.abort_multipart_upload(Bucket=bucket, Key="object", UploadId=upload)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)
    with pytest.raises(ClientError) as caught:
        complete(s3, bucket, upload, [part])
    assert error_of(caught) == ("NoSuchUpload", 404)
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_parts_are_listed_in_pages(s3, bucket, upload):
    for number in (5, 1, 3, 9, 7):
        send(s3, bucket, upload, number, f"part {number}".encode() * number)
    found, marker = [], 0
    while True:
        page = s3.list_parts(
            Bucket=bucket, Key="object", UploadId=upload, MaxParts=2, PartNumberMarker=marker
        )
        assert len(page["Parts"]) <= 2
        found += page["Parts"]
        if not page["IsTruncated"]:
            break
        marker = page["NextPartNumberMarker"]
    assert [part["PartNumber"] for part in found] == [1, 3, 5, 7, 9]
    for part in found:
        body = f"part {part['PartNumber']}".encode() * part["PartNumber"]
        assert (part["Size"], part["ETag"]) == (len(body), f'"{md5_hex(body)}"')


def test_uploads_are_listed_by_key_and_prefix(s3, bucket):
    keys = ["a/1", "a/2", "b/1", "c"]
    uploads = {key: s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"] for key in keys}
    listed = s3.list_multipart_uploads(Bucket=bucket)["Uploads"]
    assert [(entry["Key"], entry["UploadId"]) for entry in listed] == [(key, uploads[key]) for key in keys]
    below = s3.list_multipart_uploads(Bucket=bucket, Prefix="a/")["Uploads"]
    assert [entry["Key"] for entry in below] == ["a/1", "a/2"]
    grouped = s3.list_multipart_uploads(Bucket=bucket, Delimiter="/")
    assert [entry["Key"] for entry in grouped["Uploads"]] == ["c"]
    assert [entry["Prefix"] for entry in grouped["CommonPrefixes"]] == ["a/", "b/"]
    found, arguments = [], {}
    while True:
        page = s3.list_multipart_uploads(Bucket=bucket, MaxUploads=1, **arguments)
        found += [entry["Key"] for entry in page["Uploads"]]
        if not page["IsTruncated"]:
            break
        arguments = dict(KeyMarker=page["NextKeyMarker"], UploadIdMarker=page["NextUploadIdMarker"])
    assert found == keys


def test_two_uploads_of_one_key_do_not_mix(s3, bucket):
    first, second = (s3.create_multipart_upload(Bucket=bucket, Key="object")["UploadId"] for _ in range(2))
    parts = {
        upload: [send(s3, bucket, upload, 1, body)]
        for upload, body in ((first, PARTS[0]), (second, PARTS[1]))
    }
    complete(s3, bucket, second, parts[second])
    assert s3.get_object(Bucket=bucket, Key="object")["Body"].read() == PARTS[1]
    complete(s3, bucket, first, parts[first])
    assert s3.get_object(Bucket=bucket, Key="object")["Body"].read() == PARTS[0]


def test_a_part_may_be_copied_whole_or_by_range(s3, bucket, upload):
    source = seeded_bytes("source", 6 * MIB)
    s3.put_object(Bucket=bucket, Key="source", Body=source)
    whole = s3.upload_part_copy(
        Bucket=bucket, Key="object", UploadId=upload, PartNumber=1, CopySource=f"{bucket}/source"
    )
    cut = s3.upload_part_copy(
        Bucket=bucket,
        Key="object",
        UploadId=upload,
        PartNumber=2,
        CopySource=f"{bucket}/source",
        CopySourceRange=f"bytes=100-{100 + MIB}",
    )
    assert whole["CopyPartResult"]["ETag"] == f'"{md5_hex(source)}"'
    complete(
        s3,
        bucket,
        upload,
        [
            {"PartNumber": 1, "ETag": whole["CopyPartResult"]["ETag"]},
            {"PartNumber": 2, "ETag": cut["CopyPartResult"]["ETag"]},
        ],
    )
    assert s3.get_object(Bucket=bucket, Key="object")["Body"].read() == source + source[100 : 101 + MIB]


@pytest.mark.parametrize("cut", ["bytes=0-7000000", "bytes=5-2", "bytes=-5", "bytes=3-", "0-5"])
def test_a_copied_range_that_does_not_fit_is_refused(s3, bucket, upload, cut):
    s3.put_object(Bucket=bucket, Key="source", Body=b"x" * (6 * MIB))
    with pytest.raises(ClientError) as caught:
        s3.upload_part_copy(
            Bucket=bucket,
            Key="object",
            UploadId=upload,
            PartNumber=1,
            CopySource=f"{bucket}/source",
            CopySourceRange=cut,
        )
    code, status = error_of(caught)
    assert (code, status) in {
        ("InvalidArgument", 400),
        ("InvalidRange", 416),
        ("InvalidRequest", 400),
        ("InvalidRange", 400),
    }
    assert "Parts" not in s3.list_parts(Bucket=bucket, Key="object", UploadId=upload)


def test_a_large_upload_in_25_mib_parts_on_ten_threads(s3, bucket):
    stream = SeededStream("upload_fileobj", 260 * MIB + 77)
    config = TransferConfig(
        multipart_threshold=25 * MIB,
        multipart_chunksize=25 * MIB,
        max_concurrency=10,
        use_threads=True,
        preferred_transfer_client="classic",
    )
    s3.upload_fileobj(stream, bucket, "large", Config=config)
    head = s3.head_object(Bucket=bucket, Key="large")
    assert head["ContentLength"] == len(stream)
    assert head["ETag"].endswith('-11"')
    digest, size = sha256_of(s3.get_object(Bucket=bucket, Key="large")["Body"])
    assert (digest, size) == (SeededStream("upload_fileobj", len(stream)).sha256_hex(), len(stream))
    s3.delete_object(Bucket=bucket, Key="large")


@pytest.mark.parametrize("size", [10, 40 * MIB + 3])
def test_the_crt_transfer_client_uploads_and_downloads(endpoint, s3, bucket, size):
    """boto3 itself uses the CRT with AWS's own endpoints only; this is the same machinery with ours."""
    session = botocore.session.Session()
    session.set_credentials(endpoint.access_key, endpoint.secret_key)
    serializer = crt.BotocoreCRTRequestSerializer(
        session,
        {
            "region_name": endpoint.region,
            "endpoint_url": endpoint.url,
            "config": Config(s3={"addressing_style": "path"}),
        },
    )
    client = crt.create_s3_crt_client(
        endpoint.region,
        crt_credentials_provider=crt.BotocoreCRTCredentialsWrapper(
            session.get_credentials()
        ).to_crt_credentials_provider(),
        use_ssl=False,
        part_size=8 * MIB,
    )
    body = seeded_bytes("crt", size)
    sink = io.BytesIO()
    with crt.CRTTransferManager(client, serializer) as manager:
        manager.upload(io.BytesIO(body), bucket, "object").result()
        head = s3.head_object(Bucket=bucket, Key="object")
        assert head["ContentLength"] == size
        assert head["ETag"].endswith('-6"') == (size > 8 * MIB)
        manager.download(bucket, "object", sink).result()
    assert sink.getvalue() == body


def test_a_download_in_parallel_ranges(s3, bucket, tmp_path):
    body = seeded_bytes("download", 30 * MIB + 1)
    s3.put_object(Bucket=bucket, Key="object", Body=body)
    s3.download_file(
        bucket,
        "object",
        str(tmp_path / "got"),
        Config=TransferConfig(multipart_threshold=MIB, multipart_chunksize=3 * MIB, max_concurrency=8),
    )
    assert (tmp_path / "got").read_bytes() == body
