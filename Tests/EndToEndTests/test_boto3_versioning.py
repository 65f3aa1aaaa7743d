"""boto3: buckets that keep versions."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from s3_clients import error_of


@pytest.fixture
def versioned(s3, bucket):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return bucket


def suspend(s3, bucket):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})


def listed(s3, bucket, **arguments):
    """(kind, key, version, latest) in the order of the pages."""
    found = []
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, **arguments):
        both = [("version", item) for item in page.get("Versions", [])]
        both += [("marker", item) for item in page.get("DeleteMarkers", [])]
        both.sort(key=lambda item: (item[1]["Key"], -item[1]["LastModified"].timestamp()))
        found += [(kind, item["Key"], item["VersionId"], item["IsLatest"]) for kind, item in both]
    return found


def test_a_bucket_starts_without_and_answers_what_was_set(s3, bucket):
    assert "Status" not in s3.get_bucket_versioning(Bucket=bucket)
    for status in ["Enabled", "Suspended", "Enabled"]:
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status})
        assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == status


def test_each_put_is_another_version(s3, versioned):
    ids = [s3.put_object(Bucket=versioned, Key="key", Body=bytes([n]))["VersionId"] for n in range(3)]
    assert len(set(ids)) == 3
    for number, version in enumerate(ids):
        answer = s3.get_object(Bucket=versioned, Key="key", VersionId=version)
        assert answer["Body"].read() == bytes([number])
        assert answer["VersionId"] == version
        assert s3.head_object(Bucket=versioned, Key="key", VersionId=version)["VersionId"] == version
    assert s3.get_object(Bucket=versioned, Key="key")["VersionId"] == ids[-1]
    assert [item[2] for item in listed(s3, versioned)] == ids[::-1]


def test_a_delete_hides_and_the_removal_of_its_marker_shows_again(s3, versioned):
    s3.put_object(Bucket=versioned, Key="key", Body=b"kept")
    answer = s3.delete_object(Bucket=versioned, Key="key")
    assert answer["DeleteMarker"] is True
    with pytest.raises(ClientError) as caught:
        s3.get_object(Bucket=versioned, Key="key")
    assert error_of(caught) == ("NoSuchKey", 404)
    assert caught.value.response["ResponseMetadata"]["HTTPHeaders"]["x-amz-delete-marker"] == "true"
    with pytest.raises(ClientError) as caught:
        s3.get_object(Bucket=versioned, Key="key", VersionId=answer["VersionId"])
    assert error_of(caught) == ("MethodNotAllowed", 405)
    assert [item[0] for item in listed(s3, versioned)] == ["marker", "version"]
    removed = s3.delete_object(Bucket=versioned, Key="key", VersionId=answer["VersionId"])
    assert (removed["DeleteMarker"], removed["VersionId"]) == (True, answer["VersionId"])
    assert s3.get_object(Bucket=versioned, Key="key")["Body"].read() == b"kept"


def test_the_null_version_is_kept_when_versioning_begins_and_replaced_while_it_is_suspended(s3, bucket):
    s3.put_object(Bucket=bucket, Key="key", Body=b"before")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    named = s3.put_object(Bucket=bucket, Key="key", Body=b"named")["VersionId"]
    assert s3.get_object(Bucket=bucket, Key="key", VersionId="null")["Body"].read() == b"before"
    suspend(s3, bucket)
    s3.put_object(Bucket=bucket, Key="key", Body=b"after")
    assert s3.get_object(Bucket=bucket, Key="key", VersionId="null")["Body"].read() == b"after"
    marker = s3.delete_object(Bucket=bucket, Key="key")
    assert (marker["DeleteMarker"], marker["VersionId"]) == (True, "null")
    assert listed(s3, bucket) == [("marker", "key", "null", True), ("version", "key", named, False)]
    s3.delete_object(Bucket=bucket, Key="key", VersionId="null")
    assert s3.get_object(Bucket=bucket, Key="key")["Body"].read() == b"named"


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_versions_are_paged(s3, versioned, size):
    for key in ["a", "a", "b/c", "b/c", "b/c", "d"]:
        s3.put_object(Bucket=versioned, Key=key, Body=b"")
    s3.delete_object(Bucket=versioned, Key="d")
    everything = listed(s3, versioned)
    assert len(everything) == 7
    paged = []
    arguments = {}
    while True:
        page = s3.list_object_versions(Bucket=versioned, MaxKeys=size, **arguments)
        both = page.get("Versions", []) + page.get("DeleteMarkers", [])
        assert len(both) <= size
        paged += [item["VersionId"] for item in both]
        if not page["IsTruncated"]:
            break
        arguments = {"KeyMarker": page["NextKeyMarker"], "VersionIdMarker": page.get("NextVersionIdMarker", "")}
    assert sorted(paged) == sorted(item[2] for item in everything)


def test_versions_below_a_delimiter_are_folded(s3, versioned):
    for key in ["a/1", "a/2", "b"]:
        s3.put_object(Bucket=versioned, Key=key, Body=b"")
    s3.delete_object(Bucket=versioned, Key="a/1")
    page = s3.list_object_versions(Bucket=versioned, Delimiter="/")
    assert [item["Prefix"] for item in page["CommonPrefixes"]] == ["a/"]
    assert [item["Key"] for item in page["Versions"]] == ["b"]


def test_several_versions_are_deleted_in_one_request(s3, versioned):
    ids = [s3.put_object(Bucket=versioned, Key="key", Body=b"x")["VersionId"] for _ in range(3)]
    marker = s3.delete_objects(Bucket=versioned, Delete={"Objects": [{"Key": "key"}]})["Deleted"][0]
    assert marker["DeleteMarker"] is True
    doomed = [{"Key": "key", "VersionId": version} for version in ids + [marker["DeleteMarkerVersionId"]]]
    answer = s3.delete_objects(Bucket=versioned, Delete={"Objects": doomed})
    assert {item["VersionId"] for item in answer["Deleted"]} == {item["VersionId"] for item in doomed}
    assert listed(s3, versioned) == []
    s3.delete_bucket(Bucket=versioned)


def test_a_bucket_with_nothing_but_old_versions_is_not_empty(s3, versioned):
    version = s3.put_object(Bucket=versioned, Key="key", Body=b"x")["VersionId"]
    s3.delete_object(Bucket=versioned, Key="key")
    with pytest.raises(ClientError) as caught:
        s3.delete_bucket(Bucket=versioned)
    assert error_of(caught) == ("BucketNotEmpty", 409)
    assert s3.get_object(Bucket=versioned, Key="key", VersionId=version)["Body"].read() == b"x"


def test_copies_and_uploads_in_parts_are_versions_too(s3, versioned):
    first = s3.put_object(Bucket=versioned, Key="key", Body=b"first")["VersionId"]
    s3.put_object(Bucket=versioned, Key="key", Body=b"second")
    source = {"Bucket": versioned, "Key": "key", "VersionId": first}
    copy = s3.copy_object(Bucket=versioned, Key="key", CopySource=source)
    assert copy["CopySourceVersionId"] == first
    assert s3.get_object(Bucket=versioned, Key="key")["Body"].read() == b"first"
    upload = s3.create_multipart_upload(Bucket=versioned, Key="key")["UploadId"]
    part = s3.upload_part(Bucket=versioned, Key="key", UploadId=upload, PartNumber=1, Body=b"third")
    done = s3.complete_multipart_upload(
        Bucket=versioned,
        Key="key",
        UploadId=upload,
        MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]},
    )
    assert [item[2] for item in listed(s3, versioned)][:2] == [done["VersionId"], copy["VersionId"]]


@pytest.mark.parametrize(
    "arguments, code",
    [
        ({"VersioningConfiguration": {}}, "IllegalVersioningConfigurationException"),
        ({"VersioningConfiguration": {"Status": "Perhaps"}}, "MalformedXML"),
        ({"VersioningConfiguration": {"Status": "Enabled", "MFADelete": "Enabled"}}, "NotImplemented"),
    ],
)
def test_settings_that_mean_nothing_are_refused(s3, bucket, arguments, code):
    with pytest.raises(ClientError) as caught:
        s3.put_bucket_versioning(Bucket=bucket, **arguments)
    assert error_of(caught)[0] == code
    assert "Status" not in s3.get_bucket_versioning(Bucket=bucket)


def test_a_version_that_is_not_there_is_not_found_and_its_delete_is_fine(s3, versioned):
    s3.put_object(Bucket=versioned, Key="key", Body=b"x")
    other = "11111111-2222-4333-8444-555555555555"
    with pytest.raises(ClientError) as caught:
        s3.get_object(Bucket=versioned, Key="key", VersionId=other)
    assert error_of(caught) == ("NoSuchVersion", 404)
    s3.delete_object(Bucket=versioned, Key="key", VersionId=other)
    assert len(listed(s3, versioned)) == 1
