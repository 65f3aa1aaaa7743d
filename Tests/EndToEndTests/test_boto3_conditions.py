"""boto3: conditional reads and writes."""

from __future__ import annotations

import datetime
import threading

import pytest
from botocore.exceptions import ClientError

import s3_clients
from s3_clients import error_of

OTHER = '"00000000000000000000000000000000"'
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def stored(s3, bucket):
    """An object `object` in `bucket`; its ETag with quotes."""
    return s3.put_object(Bucket=bucket, Key="object", Body=b"first")["ETag"]


def written(*forms: str):
    return pytest.mark.parametrize(
        "form", forms, ids=lambda form: form.format(etag="etag", bare="etag").replace('"', "'")
    )


def filled(form: str, etag: str) -> str:
    return form.format(etag=etag, bare=etag.strip('"'))


class TestReads:
    @pytest.mark.parametrize("method", ["get_object", "head_object"])
    @written("{etag}", "{bare}", "*", OTHER.replace("{", "{{") + ", {etag}")
    def test_if_match_with_the_etag_answers(self, s3, bucket, stored, method, form):
        answer = getattr(s3, method)(Bucket=bucket, Key="object", IfMatch=filled(form, stored))
        assert answer["ETag"] == stored

    @pytest.mark.parametrize("method", ["get_object", "head_object"])
    def test_if_match_with_another_etag_is_412(self, s3, bucket, stored, method):
        with pytest.raises(ClientError) as caught:
            getattr(s3, method)(Bucket=bucket, Key="object", IfMatch=OTHER)
        assert error_of(caught)[1] == 412

    def test_a_refused_get_says_precondition_failed(self, s3, bucket, stored):
        with pytest.raises(ClientError) as caught:
            s3.get_object(Bucket=bucket, Key="object", IfMatch=OTHER)
        assert error_of(caught) == ("PreconditionFailed", 412)

    @pytest.mark.parametrize("method", ["get_object", "head_object"])
    @written("{etag}", "{bare}", "*", "W/{etag}")
    def test_if_none_match_with_the_etag_is_304(self, s3, bucket, stored, method, form):
        with pytest.raises(ClientError) as caught:
            getattr(s3, method)(Bucket=bucket, Key="object", IfNoneMatch=filled(form, stored))
        assert error_of(caught)[1] == 304
        assert caught.value.response["ResponseMetadata"]["HTTPHeaders"]["etag"] == stored

    @pytest.mark.parametrize("method", ["get_object", "head_object"])
    def test_if_none_match_with_another_etag_answers(self, s3, bucket, stored, method):
        assert getattr(s3, method)(Bucket=bucket, Key="object", IfNoneMatch=OTHER)["ETag"] == stored

    def test_modification_times(self, s3, bucket, stored):
        modified = s3.head_object(Bucket=bucket, Key="object")["LastModified"]
        for kept in (
            dict(IfModifiedSince=modified - HOUR),
            dict(IfUnmodifiedSince=modified),
            dict(IfUnmodifiedSince=modified + HOUR),
        ):
            assert s3.get_object(Bucket=bucket, Key="object", **kept)["ETag"] == stored
        for refused, status in (
            (dict(IfModifiedSince=modified), 304),
            (dict(IfUnmodifiedSince=modified - HOUR), 412),
        ):
            with pytest.raises(ClientError) as caught:
                s3.get_object(Bucket=bucket, Key="object", **refused)
            assert error_of(caught)[1] == status

    def test_the_etag_outranks_the_time(self, s3, bucket, stored):
        modified = s3.head_object(Bucket=bucket, Key="object")["LastModified"]
        s3.get_object(Bucket=bucket, Key="object", IfMatch=stored, IfUnmodifiedSince=modified - HOUR)
        with pytest.raises(ClientError) as caught:
            s3.get_object(Bucket=bucket, Key="object", IfNoneMatch=stored, IfModifiedSince=modified - HOUR)
        assert error_of(caught)[1] == 304

    def test_a_condition_on_what_is_not_there_is_404(self, s3, bucket):
        with pytest.raises(ClientError) as caught:
            s3.get_object(Bucket=bucket, Key="never", IfMatch=OTHER)
        assert error_of(caught) == ("NoSuchKey", 404)


class TestWrites:
    def test_if_none_match_star_creates(self, s3, bucket):
        s3.put_object(Bucket=bucket, Key="object", Body=b"new", IfNoneMatch="*")
        assert s3.get_object(Bucket=bucket, Key="object")["Body"].read() == b"new"

    def test_if_none_match_star_does_not_overwrite(self, s3, bucket, stored):
        with pytest.raises(ClientError) as caught:
            s3.put_object(Bucket=bucket, Key="object", Body=b"second", IfNoneMatch="*")
        assert error_of(caught) == ("PreconditionFailed", 412)
        assert s3.get_object(Bucket=bucket, Key="object")["Body"].read() == b"first"

    @written("{etag}", "{bare}")
    def test_if_match_with_the_etag_overwrites(self, s3, bucket, stored, form):
        s3.put_object(Bucket=bucket, Key="object", Body=b"second", IfMatch=filled(form, stored))
        assert s3.get_object(Bucket=bucket, Key="object")["Body"].read() == b"second"

    def test_if_match_with_another_etag_does_not_overwrite(self, s3, bucket, stored):
        with pytest.raises(ClientError) as caught:
            s3.put_object(Bucket=bucket, Key="object", Body=b"second", IfMatch=OTHER)
        assert error_of(caught) == ("PreconditionFailed", 412)
        assert s3.get_object(Bucket=bucket, Key="object")["Body"].read() == b"first"

    def test_if_match_on_what_is_not_there_is_404(self, s3, bucket):
        with pytest.raises(ClientError) as caught:
            s3.put_object(Bucket=bucket, Key="never", Body=b"x", IfMatch=OTHER)
        assert error_of(caught) == ("NoSuchKey", 404)
        assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0

    def test_completing_an_upload_obeys_if_none_match(self, s3, bucket, stored):
        upload = s3.create_multipart_upload(Bucket=bucket, Key="object")["UploadId"]
        part = s3.upload_part(Bucket=bucket, Key="object", UploadId=upload, PartNumber=1, Body=b"second")
        with pytest.raises(ClientError) as caught:
            s3.complete_multipart_upload(
                Bucket=bucket,
                Key="object",
                UploadId=upload,
                IfNoneMatch="*",
                MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]},
            )
        assert error_of(caught) == ("PreconditionFailed", 412)
        assert s3.get_object(Bucket=bucket, Key="object")["Body"].read() == b"first"
        s3.abort_multipart_upload(Bucket=bucket, Key="object", UploadId=upload)

    def test_of_many_that_create_at_once_one_wins(self, endpoint, s3, bucket):
        winners, losers, others = [], [], []
        start = threading.Barrier(16)

        def create(number: int) -> None:
            client = s3_clients.client(endpoint)
            start.wait()
            try:
                client.put_object(Bucket=bucket, Key="object", Body=f"{number}".encode(), IfNoneMatch="*")
                winners.append(number)
            except ClientError as error:
                code = error.response["Error"]["Code"]
                (losers if code in ("PreconditionFailed", "ConditionalRequestConflict") else others).append(
                    code
                )

        threads = [threading.Thread(target=create, args=(number,)) for number in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not others
        assert len(winners) == 1 and len(losers) == 15
        assert s3.get_object(Bucket=bucket, Key="object")["Body"].read() == f"{winners[0]}".encode()
