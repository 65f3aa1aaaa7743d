"""boto3: access control lists, ownership controls, public access blocks, owners."""

from __future__ import annotations

import http.client
import urllib.parse

import pytest
from botocore.exceptions import ClientError

import s3_clients
from s3_clients import error_of

ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"


def anonymous_status(endpoint, path: str) -> int:
    parts = urllib.parse.urlsplit(endpoint.url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.fixture
def listed_bucket(s3, bucket):
    """A bucket whose lists are in force."""
    s3.put_bucket_ownership_controls(
        Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    )
    return bucket


class TestLists:
    def test_a_public_object_is_read_by_everybody_until_its_list_is_private(self, s3, endpoint, listed_bucket):
        s3.put_object(Bucket=listed_bucket, Key="key", Body=b"text", ACL="public-read")
        assert anonymous_status(endpoint, f"/{listed_bucket}/key") == 200
        assert anonymous_status(endpoint, f"/{listed_bucket}") == 403
        s3.put_object_acl(Bucket=listed_bucket, Key="key", ACL="private")
        assert anonymous_status(endpoint, f"/{listed_bucket}/key") == 403

    def test_a_list_is_given_back_as_it_was_put(self, s3, listed_bucket):
        s3.put_object(Bucket=listed_bucket, Key="key", Body=b"")
        for get, put in (
            (
                lambda: s3.get_bucket_acl(Bucket=listed_bucket),
                lambda policy: s3.put_bucket_acl(Bucket=listed_bucket, AccessControlPolicy=policy),
            ),
            (
                lambda: s3.get_object_acl(Bucket=listed_bucket, Key="key"),
                lambda policy: s3.put_object_acl(Bucket=listed_bucket, Key="key", AccessControlPolicy=policy),
            ),
        ):
            found = get()
            assert [grant["Permission"] for grant in found["Grants"]] == ["FULL_CONTROL"]
            assert found["Grants"][0]["Grantee"]["ID"] == found["Owner"]["ID"]
            grant = {"Grantee": {"Type": "Group", "URI": ALL_USERS}, "Permission": "READ_ACP"}
            put({"Owner": found["Owner"], "Grants": found["Grants"] + [grant]})
            assert grant in get()["Grants"]

    def test_lists_survive_a_multipart_upload_and_a_copy_has_its_own(self, s3, endpoint, listed_bucket):
        upload = s3.create_multipart_upload(Bucket=listed_bucket, Key="parts", ACL="public-read")["UploadId"]
        part = s3.upload_part(Bucket=listed_bucket, Key="parts", UploadId=upload, PartNumber=1, Body=b"text")
        s3.complete_multipart_upload(
            Bucket=listed_bucket,
            Key="parts",
            UploadId=upload,
            MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]},
        )
        assert anonymous_status(endpoint, f"/{listed_bucket}/parts") == 200
        s3.copy_object(Bucket=listed_bucket, Key="copy", CopySource=f"{listed_bucket}/parts")
        assert anonymous_status(endpoint, f"/{listed_bucket}/copy") == 403

    def test_by_default_lists_are_off(self, s3, endpoint, bucket):
        with pytest.raises(ClientError) as caught:
            s3.put_object(Bucket=bucket, Key="key", Body=b"", ACL="public-read")
        assert error_of(caught) == ("AccessControlListNotSupported", 400)
        s3.put_object(Bucket=bucket, Key="key", Body=b"", ACL="bucket-owner-full-control")
        with pytest.raises(ClientError) as caught:
            s3.get_bucket_ownership_controls(Bucket=bucket)
        assert error_of(caught) == ("OwnershipControlsNotFoundError", 404)


class TestListsThatAreOff:
    def test_what_was_made_private_meanwhile_is_private_when_lists_come_back(self, s3, endpoint, bucket):
        controls = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
        s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=controls)
        s3.put_bucket_acl(Bucket=bucket, ACL="public-read")
        s3.put_object(Bucket=bucket, Key="key", Body=b"text", ACL="public-read")
        assert anonymous_status(endpoint, f"/{bucket}") == 200
        s3.delete_bucket_ownership_controls(Bucket=bucket)
        s3.put_bucket_acl(Bucket=bucket, ACL="private")
        s3.put_object_acl(Bucket=bucket, Key="key", ACL="private")
        s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=controls)
        assert anonymous_status(endpoint, f"/{bucket}") == 403
        assert anonymous_status(endpoint, f"/{bucket}/key") == 403


class TestPublicAccessBlock:
    def test_it_is_there_until_it_is_deleted(self, s3, endpoint, listed_bucket):
        s3.put_object(Bucket=listed_bucket, Key="key", Body=b"text", ACL="public-read")
        switches = {
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": False,
            "RestrictPublicBuckets": True,
        }
        s3.put_public_access_block(Bucket=listed_bucket, PublicAccessBlockConfiguration=switches)
        found = s3.get_public_access_block(Bucket=listed_bucket)["PublicAccessBlockConfiguration"]
        assert found == switches
        assert anonymous_status(endpoint, f"/{listed_bucket}/key") == 403
        with pytest.raises(ClientError) as caught:
            s3.put_object(Bucket=listed_bucket, Key="other", Body=b"", ACL="public-read")
        assert error_of(caught) == ("AccessDenied", 403)
        s3.delete_public_access_block(Bucket=listed_bucket)
        assert anonymous_status(endpoint, f"/{listed_bucket}/key") == 200
        with pytest.raises(ClientError) as caught:
            s3.get_public_access_block(Bucket=listed_bucket)
        assert error_of(caught) == ("NoSuchPublicAccessBlockConfiguration", 404)


class TestRestart:
    def test_owners_lists_and_blocks_outlive_the_server(self, start_server):
        own_server = start_server(drive_count=4, settings={"MARTLET_OBJECT_OWNERSHIP": "ObjectWriter"})
        s3 = s3_clients.client(own_server.endpoint)
        s3.create_bucket(Bucket="default")
        s3.create_bucket(Bucket="listed", ObjectOwnership="BucketOwnerPreferred", ACL="public-read")
        s3.put_object(Bucket="listed", Key="key", Body=b"text", ACL="public-read")
        own_server.stop()
        own_server.start()
        s3 = s3_clients.client(own_server.endpoint)
        assert anonymous_status(own_server.endpoint, "/listed/key") == 200
        assert anonymous_status(own_server.endpoint, "/listed") == 200
        controls = {name: s3.get_bucket_ownership_controls(Bucket=name) for name in ("default", "listed")}
        found = {name: answer["OwnershipControls"]["Rules"][0]["ObjectOwnership"] for name, answer in controls.items()}
        assert found == {"default": "ObjectWriter", "listed": "BucketOwnerPreferred"}
        assert len(s3.get_object_acl(Bucket="listed", Key="key")["Grants"]) == 2
