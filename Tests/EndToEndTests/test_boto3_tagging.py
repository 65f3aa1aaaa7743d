"""boto3, minio-py: tags of objects and buckets, and what GetObjectAttributes tells."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from minio import Minio
from minio.commonconfig import Tags

from payloads import MIB, seeded_bytes
from s3_clients import error_of


def tag_set(**tags):
    return {"TagSet": [{"Key": key, "Value": value} for key, value in tags.items()]}


def tags_of(s3, bucket, key, **arguments):
    answer = s3.get_object_tagging(Bucket=bucket, Key=key, **arguments)
    return {tag["Key"]: tag["Value"] for tag in answer["TagSet"]}


@pytest.fixture
def versioned(s3, bucket):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return bucket


def test_tags_are_put_replaced_and_taken_away(s3, bucket):
    put = s3.put_object(Bucket=bucket, Key="object", Body=b"x")
    assert tags_of(s3, bucket, "object") == {}
    s3.put_object_tagging(Bucket=bucket, Key="object", Tagging=tag_set(team="red", stage="a b/ü+1"))
    assert tags_of(s3, bucket, "object") == {"team": "red", "stage": "a b/ü+1"}
    head = s3.head_object(Bucket=bucket, Key="object")
    assert head["ResponseMetadata"]["HTTPHeaders"]["x-amz-tagging-count"] == "2"
    assert (head["ETag"], head["ContentLength"]) == (put["ETag"], 1)
    s3.put_object_tagging(Bucket=bucket, Key="object", Tagging=tag_set(other=""))
    assert tags_of(s3, bucket, "object") == {"other": ""}
    s3.delete_object_tagging(Bucket=bucket, Key="object")
    s3.delete_object_tagging(Bucket=bucket, Key="object")
    assert tags_of(s3, bucket, "object") == {}
    assert "x-amz-tagging-count" not in s3.get_object(Bucket=bucket, Key="object")["ResponseMetadata"]["HTTPHeaders"]
    for method in (s3.get_object_tagging, s3.delete_object_tagging):
        with pytest.raises(ClientError) as caught:
            method(Bucket=bucket, Key="never")
        assert error_of(caught) == ("NoSuchKey", 404)


def test_each_version_has_its_own(s3, versioned):
    old = s3.put_object(Bucket=versioned, Key="object", Body=b"old", Tagging="v=old")["VersionId"]
    new = s3.put_object(Bucket=versioned, Key="object", Body=b"new", Tagging="v=new")["VersionId"]
    answer = s3.put_object_tagging(Bucket=versioned, Key="object", VersionId=old, Tagging=tag_set(v="older"))
    assert answer["VersionId"] == old
    assert tags_of(s3, versioned, "object") == {"v": "new"}
    assert tags_of(s3, versioned, "object", VersionId=old) == {"v": "older"}
    assert s3.delete_object_tagging(Bucket=versioned, Key="object")["VersionId"] == new
    assert tags_of(s3, versioned, "object", VersionId=new) == {}
    marker = s3.delete_object(Bucket=versioned, Key="object")["VersionId"]
    with pytest.raises(ClientError) as caught:
        s3.put_object_tagging(Bucket=versioned, Key="object", VersionId=marker, Tagging=tag_set(a="b"))
    assert error_of(caught) == ("MethodNotAllowed", 405)


def test_uploads_in_parts_bring_tags(s3, bucket):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="object", Tagging="a=1&b=2")["UploadId"]
    part = s3.upload_part(Bucket=bucket, Key="object", UploadId=upload, PartNumber=1, Body=b"x")
    s3.complete_multipart_upload(
        Bucket=bucket,
        Key="object",
        UploadId=upload,
        MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]},
    )
    assert tags_of(s3, bucket, "object") == {"a": "1", "b": "2"}


@pytest.mark.parametrize("metadata", ["COPY", "REPLACE"])
def test_a_copy_keeps_tags_or_brings_its_own(s3, bucket, metadata):
    s3.put_object(Bucket=bucket, Key="source", Body=b"x", Tagging="of=source")
    source = {"Bucket": bucket, "Key": "source"}
    s3.copy_object(Bucket=bucket, Key="kept", CopySource=source, MetadataDirective=metadata)
    assert tags_of(s3, bucket, "kept") == {"of": "source"}
    s3.copy_object(
        Bucket=bucket,
        Key="own",
        CopySource=source,
        MetadataDirective=metadata,
        TaggingDirective="REPLACE",
        Tagging="of=copy",
    )
    assert tags_of(s3, bucket, "own") == {"of": "copy"}
    s3.copy_object(
        Bucket=bucket, Key="bare", CopySource=source, MetadataDirective=metadata, TaggingDirective="REPLACE"
    )
    assert tags_of(s3, bucket, "bare") == {}


@pytest.mark.parametrize(
    "tags",
    [
        tag_set(**{f"k{number}": "v" for number in range(11)}),
        tag_set(**{"k" * 129: "v"}),
        tag_set(k="v" * 257),
        tag_set(**{"aws:k": "v"}),
        tag_set(**{"a?": "v"}),
        {"TagSet": [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]},
    ],
    ids=["too many", "long key", "long value", "system tag", "odd character", "twice"],
)
def test_bad_tags_change_nothing(s3, bucket, tags):
    s3.put_object(Bucket=bucket, Key="object", Body=b"x", Tagging="a=b")
    with pytest.raises(ClientError) as caught:
        s3.put_object_tagging(Bucket=bucket, Key="object", Tagging=tags)
    assert error_of(caught) == ("InvalidTag", 400)
    assert tags_of(s3, bucket, "object") == {"a": "b"}


def test_a_bad_tagging_header_stores_nothing(s3, bucket):
    for header, code in (("a=1&a=2", "InvalidArgument"), ("a=%21", "InvalidTag")):
        with pytest.raises(ClientError) as caught:
            s3.put_object(Bucket=bucket, Key="object", Body=b"x", Tagging=header)
        assert error_of(caught) == (code, 400)
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_buckets_have_tags(s3, bucket):
    with pytest.raises(ClientError) as caught:
        s3.get_bucket_tagging(Bucket=bucket)
    assert error_of(caught) == ("NoSuchTagSet", 404)
    s3.put_bucket_tagging(Bucket=bucket, Tagging=tag_set(**{f"k{number}": "v" for number in range(50)}))
    assert len(s3.get_bucket_tagging(Bucket=bucket)["TagSet"]) == 50
    with pytest.raises(ClientError) as caught:
        s3.put_bucket_tagging(Bucket=bucket, Tagging=tag_set(**{f"k{number}": "v" for number in range(51)}))
    assert error_of(caught) == ("InvalidTag", 400)
    s3.delete_bucket_tagging(Bucket=bucket)
    s3.delete_bucket_tagging(Bucket=bucket)
    with pytest.raises(ClientError) as caught:
        s3.get_bucket_tagging(Bucket=bucket)
    assert error_of(caught) == ("NoSuchTagSet", 404)


def test_minio_py_sets_tags(endpoint, s3, bucket):
    client = Minio(
        endpoint=endpoint.netloc, access_key=endpoint.access_key, secret_key=endpoint.secret_key, secure=False
    )
    s3.put_object(Bucket=bucket, Key="object", Body=b"x")
    tags = Tags.new_object_tags()
    tags["team"] = "red"
    client.set_object_tags(bucket_name=bucket, object_name="object", tags=tags)
    assert dict(client.get_object_tags(bucket_name=bucket, object_name="object")) == {"team": "red"}
    client.delete_object_tags(bucket_name=bucket, object_name="object")
    assert client.get_object_tags(bucket_name=bucket, object_name="object") is None
    of_bucket = Tags.new_bucket_tags()
    of_bucket["team"] = "blue"
    client.set_bucket_tags(bucket_name=bucket, tags=of_bucket)
    assert dict(client.get_bucket_tags(bucket_name=bucket)) == {"team": "blue"}
    client.delete_bucket_tags(bucket_name=bucket)
    assert client.get_bucket_tags(bucket_name=bucket) is None


ALL_ATTRIBUTES = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"]


def test_attributes_of_a_plain_object(s3, bucket):
    put = s3.put_object(Bucket=bucket, Key="object", Body=b"hello", ChecksumAlgorithm="SHA256")
    answer = s3.get_object_attributes(Bucket=bucket, Key="object", ObjectAttributes=ALL_ATTRIBUTES)
    assert answer["ETag"] == put["ETag"].strip('"')
    assert answer["Checksum"] == {"ChecksumSHA256": put["ChecksumSHA256"], "ChecksumType": "FULL_OBJECT"}
    assert (answer["ObjectSize"], answer["StorageClass"]) == (5, "STANDARD")
    assert "ObjectParts" not in answer
    answer = s3.get_object_attributes(Bucket=bucket, Key="object", ObjectAttributes=["ObjectSize"])
    assert answer["ObjectSize"] == 5
    assert not {"ETag", "Checksum", "StorageClass"} & set(answer)
    with pytest.raises(ClientError) as caught:
        s3.get_object_attributes(Bucket=bucket, Key="never", ObjectAttributes=["ETag"])
    assert error_of(caught) == ("NoSuchKey", 404)
    with pytest.raises(ClientError) as caught:
        s3.get_object_attributes(Bucket=bucket, Key="object", ObjectAttributes=["Colour"])
    assert error_of(caught) == ("InvalidArgument", 400)


def test_attributes_of_parts_come_in_pages(s3, bucket):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="object", ChecksumAlgorithm="CRC32C")["UploadId"]
    parts = []
    for number, size in ((1, 5 * MIB), (3, 5 * MIB), (7, 10)):
        part = s3.upload_part(
            Bucket=bucket,
            Key="object",
            UploadId=upload,
            PartNumber=number,
            Body=seeded_bytes(number, size),
            ChecksumAlgorithm="CRC32C",
        )
        parts.append({"PartNumber": number, "ETag": part["ETag"], "ChecksumCRC32C": part["ChecksumCRC32C"]})
    s3.complete_multipart_upload(
        Bucket=bucket, Key="object", UploadId=upload, MultipartUpload={"Parts": parts}
    )

    def page(**arguments):
        answer = s3.get_object_attributes(
            Bucket=bucket, Key="object", ObjectAttributes=["ObjectParts"], **arguments
        )["ObjectParts"]
        return answer, [part["PartNumber"] for part in answer["Parts"]]

    answer, numbers = page()
    assert (numbers, answer["TotalPartsCount"], answer["IsTruncated"]) == ([1, 3, 7], 3, False)
    assert [part["ChecksumCRC32C"] for part in answer["Parts"]] == [part["ChecksumCRC32C"] for part in parts]
    assert [part["Size"] for part in answer["Parts"]] == [5 * MIB, 5 * MIB, 10]
    answer, numbers = page(MaxParts=2)
    assert (numbers, answer["NextPartNumberMarker"], answer["IsTruncated"]) == ([1, 3], 3, True)
    answer, numbers = page(MaxParts=2, PartNumberMarker=3)
    assert (numbers, answer["PartNumberMarker"], answer["IsTruncated"]) == ([7], 3, False)


def test_attributes_of_versions(s3, versioned):
    old = s3.put_object(Bucket=versioned, Key="object", Body=b"old one")["VersionId"]
    new = s3.put_object(Bucket=versioned, Key="object", Body=b"new")["VersionId"]
    answer = s3.get_object_attributes(Bucket=versioned, Key="object", ObjectAttributes=["ObjectSize"])
    assert (answer["VersionId"], answer["ObjectSize"]) == (new, 3)
    answer = s3.get_object_attributes(
        Bucket=versioned, Key="object", VersionId=old, ObjectAttributes=["ObjectSize"]
    )
    assert (answer["VersionId"], answer["ObjectSize"]) == (old, 7)
    s3.delete_object(Bucket=versioned, Key="object")
    with pytest.raises(ClientError) as caught:
        s3.get_object_attributes(Bucket=versioned, Key="object", ObjectAttributes=["ETag"])
    assert error_of(caught) == ("NoSuchKey", 404)
