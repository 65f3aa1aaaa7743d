"""boto3: digests given with a body are checked, stored and returned."""

from __future__ import annotations

import base64
import hashlib

import pytest
from awscrt import checksums as crt
from botocore.exceptions import ClientError

import s3_clients
import signing
from payloads import MIB, seeded_bytes
from s3_clients import error_of

DIGESTS = {
    "CRC32": lambda data: crt.crc32(data).to_bytes(4, "big"),
    "CRC32C": lambda data: crt.crc32c(data).to_bytes(4, "big"),
    "CRC64NVME": lambda data: crt.crc64nvme(data).to_bytes(8, "big"),
    "SHA1": lambda data: hashlib.sha1(data).digest(),
    "SHA256": lambda data: hashlib.sha256(data).digest(),
}

every_algorithm = pytest.mark.parametrize("algorithm", DIGESTS)


def digest(algorithm: str, data: bytes) -> str:
    return base64.b64encode(DIGESTS[algorithm](data)).decode()


@every_algorithm
@pytest.mark.parametrize("size", [0, 5, MIB + 1])
def test_a_checksum_computed_by_the_client_is_stored_and_returned(s3, bucket, algorithm, size):
    body = seeded_bytes(algorithm, size)
    put = s3.put_object(Bucket=bucket, Key="object", Body=body, ChecksumAlgorithm=algorithm)
    assert put[f"Checksum{algorithm}"] == digest(algorithm, body)
    got = s3.get_object(Bucket=bucket, Key="object", ChecksumMode="ENABLED")
    assert got[f"Checksum{algorithm}"] == digest(algorithm, body)
    assert got["Body"].read() == body, "botocore verifies while it reads"
    head = s3.head_object(Bucket=bucket, Key="object", ChecksumMode="ENABLED")
    assert head[f"Checksum{algorithm}"] == digest(algorithm, body)
    assert head["ChecksumType"] == "FULL_OBJECT"


@every_algorithm
def test_a_checksum_is_not_returned_unasked(endpoint, bucket, s3, algorithm):
    s3.put_object(Bucket=bucket, Key="object", Body=b"body", ChecksumAlgorithm=algorithm)
    quiet = s3_clients.client(endpoint, response_checksum_validation="when_required")
    assert f"Checksum{algorithm}" not in quiet.head_object(Bucket=bucket, Key="object")


@every_algorithm
def test_a_given_checksum_that_fits_is_accepted(s3, bucket, algorithm):
    s3.put_object(
        Bucket=bucket, Key="object", Body=b"body", **{f"Checksum{algorithm}": digest(algorithm, b"body")}
    )
    head = s3.head_object(Bucket=bucket, Key="object", ChecksumMode="ENABLED")
    assert head[f"Checksum{algorithm}"] == digest(algorithm, b"body")


@every_algorithm
@pytest.mark.parametrize("size", [4, 2 * MIB])
def test_a_given_checksum_that_does_not_fit_stores_nothing(s3, bucket, algorithm, size):
    with pytest.raises(ClientError) as caught:
        s3.put_object(
            Bucket=bucket,
            Key="object",
            Body=b"x" * size,
            **{f"Checksum{algorithm}": digest(algorithm, b"other")},
        )
    assert error_of(caught)[0] in ("BadDigest", "XAmzContentChecksumMismatch")
    assert error_of(caught)[1] == 400
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


@every_algorithm
@pytest.mark.parametrize("value", ["@@@", "AAA="], ids=["not base64", "too short"])
def test_a_checksum_that_is_none_is_refused(endpoint, s3, bucket, algorithm, value):
    answer = signing.request(
        endpoint,
        "PUT",
        f"/{bucket}/object",
        body=b"body",
        headers={f"x-amz-checksum-{algorithm.lower()}": value},
    )
    assert answer.status == 400, answer
    assert answer.error_code in (
        "InvalidRequest",
        "InvalidArgument",
        "BadDigest",
        "InvalidDigest",
        "XAmzContentChecksumMismatch",
        "InvalidChecksum",
    )
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_a_content_md5_that_fits_is_accepted(s3, bucket):
    s3.put_object(
        Bucket=bucket,
        Key="object",
        Body=b"body",
        ContentMD5=base64.b64encode(hashlib.md5(b"body").digest()).decode(),
    )
    assert s3.get_object(Bucket=bucket, Key="object")["Body"].read() == b"body"


@pytest.mark.parametrize("size", [4, 2 * MIB])
def test_a_content_md5_that_does_not_fit_stores_nothing(s3, bucket, size):
    s3.put_object(Bucket=bucket, Key="object", Body=b"before")
    with pytest.raises(ClientError) as caught:
        s3.put_object(
            Bucket=bucket,
            Key="object",
            Body=b"x" * size,
            ContentMD5=base64.b64encode(hashlib.md5(b"other").digest()).decode(),
        )
    assert error_of(caught) == ("BadDigest", 400)
    assert s3.get_object(Bucket=bucket, Key="object")["Body"].read() == b"before"


@pytest.mark.parametrize("value", ["not base64!", "AAAA", base64.b64encode(b"x" * 17).decode()])
def test_a_content_md5_that_is_none_is_refused(s3, bucket, value):
    with pytest.raises(ClientError) as caught:
        s3.put_object(Bucket=bucket, Key="object", Body=b"body", ContentMD5=value)
    assert error_of(caught) == ("InvalidDigest", 400)
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_a_payload_digest_that_does_not_fit_stores_nothing(endpoint, s3, bucket):
    answer = signing.request(
        endpoint, "PUT", f"/{bucket}/object", body=b"body", payload=hashlib.sha256(b"other").hexdigest()
    )
    assert (answer.error_code, answer.status) == ("XAmzContentSHA256Mismatch", 400)
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


@pytest.mark.parametrize("calculation", ["when_supported", "when_required"])
def test_a_file_body_with_a_checksum(endpoint, bucket, calculation, tmp_path):
    """Over TLS botocore would send this as aws-chunked; test_chunked does that by hand."""
    s3 = s3_clients.client(endpoint, request_checksum_calculation=calculation)
    body = seeded_bytes("trailer", 3 * MIB + 5)
    path = tmp_path / "body"
    path.write_bytes(body)
    with open(path, "rb") as file:
        s3.put_object(Bucket=bucket, Key="object", Body=file, ChecksumAlgorithm="CRC32C")
    got = s3.get_object(Bucket=bucket, Key="object", ChecksumMode="ENABLED")
    assert got["Body"].read() == body
    assert got["ChecksumCRC32C"] == digest("CRC32C", body)
    assert "aws-chunked" not in got.get("ContentEncoding", "")


@pytest.mark.parametrize(
    "algorithm, kind",
    [
        ("CRC32", "COMPOSITE"),
        ("CRC32C", "COMPOSITE"),
        ("SHA1", "COMPOSITE"),
        ("SHA256", "COMPOSITE"),
        ("CRC32", "FULL_OBJECT"),
        ("CRC32C", "FULL_OBJECT"),
        ("CRC64NVME", "FULL_OBJECT"),
    ],
)
def test_a_multipart_upload_has_the_checksum_it_was_begun_with(s3, bucket, algorithm, kind):
    parts = [seeded_bytes("part 1", 5 * MIB), seeded_bytes("part 2", 1000)]
    upload = s3.create_multipart_upload(
        Bucket=bucket, Key="object", ChecksumAlgorithm=algorithm, ChecksumType=kind
    )["UploadId"]
    done = []
    for number, part in enumerate(parts, 1):
        answer = s3.upload_part(
            Bucket=bucket,
            Key="object",
            UploadId=upload,
            PartNumber=number,
            Body=part,
            ChecksumAlgorithm=algorithm,
        )
        assert answer[f"Checksum{algorithm}"] == digest(algorithm, part)
        done.append(
            {
                "PartNumber": number,
                "ETag": answer["ETag"],
                f"Checksum{algorithm}": answer[f"Checksum{algorithm}"],
            }
        )
    answer = s3.complete_multipart_upload(
        Bucket=bucket, Key="object", UploadId=upload, MultipartUpload={"Parts": done}
    )
    if kind == "COMPOSITE":
        composite = digest(algorithm, b"".join(DIGESTS[algorithm](part) for part in parts))
        expected = f"{composite}-2"
    else:
        expected = digest(algorithm, b"".join(parts))
    assert answer[f"Checksum{algorithm}"] == expected
    head = s3.head_object(Bucket=bucket, Key="object", ChecksumMode="ENABLED")
    assert (head[f"Checksum{algorithm}"], head["ChecksumType"]) == (expected, kind)
    assert s3.get_object(Bucket=bucket, Key="object", ChecksumMode="ENABLED")["Body"].read() == b"".join(
        parts
    )


@pytest.mark.parametrize(
    "algorithm, kind", [("SHA1", "FULL_OBJECT"), ("SHA256", "FULL_OBJECT"), ("CRC64NVME", "COMPOSITE")]
)
def test_no_upload_is_begun_with_what_cannot_be(s3, bucket, algorithm, kind):
    with pytest.raises(ClientError) as caught:
        s3.create_multipart_upload(
            Bucket=bucket, Key="object", ChecksumAlgorithm=algorithm, ChecksumType=kind
        )
    assert error_of(caught) == ("InvalidRequest", 400)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


@pytest.mark.parametrize("kind", ["COMPOSITE", "FULL_OBJECT"])
class TestWhatDoesNotFit:
    """Of an upload of one part; what is refused leaves the upload as it was."""

    BODY = b"a part"

    @pytest.fixture
    def place(self, s3, bucket, kind):
        made = s3.create_multipart_upload(
            Bucket=bucket, Key="object", ChecksumAlgorithm="CRC32C", ChecksumType=kind
        )
        return dict(Bucket=bucket, Key="object", UploadId=made["UploadId"])

    @pytest.fixture
    def part(self, s3, place):
        answer = s3.upload_part(**place, PartNumber=1, Body=self.BODY, ChecksumAlgorithm="CRC32C")
        assert answer["ChecksumCRC32C"] == digest("CRC32C", self.BODY)
        return {"PartNumber": 1, "ETag": answer["ETag"], "ChecksumCRC32C": answer["ChecksumCRC32C"]}

    @pytest.mark.parametrize(
        "checksum, code",
        [
            ({"ChecksumCRC32C": digest("CRC32C", b"other")}, "BadDigest"),
            ({"ChecksumCRC32": digest("CRC32", BODY)}, "InvalidRequest"),
            ({"ChecksumSHA256": digest("SHA256", BODY)}, "InvalidRequest"),
            ({"ChecksumCRC32C": "AAAA"}, "InvalidRequest"),
        ],
    )
    def test_in_a_part(self, s3, place, checksum, code):
        with pytest.raises(ClientError) as caught:
            s3.upload_part(**place, PartNumber=1, Body=self.BODY, **checksum)
        assert error_of(caught) == (code, 400)
        assert "Parts" not in s3.list_parts(**place)

    @pytest.mark.parametrize(
        "of_part, of_object, code",
        [
            ({"ChecksumCRC32C": digest("CRC32C", b"other")}, {}, "InvalidPart"),
            ({"ChecksumSHA1": digest("SHA1", BODY)}, {}, "BadDigest"),
            ({}, {"ChecksumCRC32C": digest("CRC32C", b"other")}, "BadDigest"),
            ({}, {"ChecksumSHA256": digest("SHA256", BODY)}, "BadDigest"),
            ({}, {"MpuObjectSize": len(BODY) + 1}, "InvalidRequest"),
            ({}, {"ChecksumType": "other"}, "InvalidRequest"),
        ],
    )
    def test_in_a_completion(self, s3, place, part, kind, of_part, of_object, code):
        of_object = of_object.copy()
        if of_object.get("ChecksumType") == "other":
            of_object["ChecksumType"] = "COMPOSITE" if kind == "FULL_OBJECT" else "FULL_OBJECT"
        with pytest.raises(ClientError) as caught:
            s3.complete_multipart_upload(
                **place, MultipartUpload={"Parts": [part | of_part]}, **of_object
            )
        assert error_of(caught) == (code, 400)
        done = s3.complete_multipart_upload(
            **place, MultipartUpload={"Parts": [part]}, ChecksumType=kind, MpuObjectSize=len(self.BODY)
        )
        assert done["ChecksumType"] == kind


def test_a_completion_cannot_name_the_kind_of_no_checksum(s3, bucket):
    place = dict(Bucket=bucket, Key="object")
    place["UploadId"] = s3.create_multipart_upload(**place)["UploadId"]
    part = {"PartNumber": 1, "ETag": s3.upload_part(**place, PartNumber=1, Body=b"x")["ETag"]}
    with pytest.raises(ClientError) as caught:
        s3.complete_multipart_upload(
            **place, MultipartUpload={"Parts": [part]}, ChecksumType="FULL_OBJECT"
        )
    assert error_of(caught) == ("InvalidRequest", 400)
    s3.complete_multipart_upload(**place, MultipartUpload={"Parts": [part]})
