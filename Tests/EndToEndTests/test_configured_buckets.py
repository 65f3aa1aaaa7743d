"""Buckets in every configuration: the judge finds nothing, and after a restart all of it is as it was."""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

import s3_clients
from payloads import MIB, md5_hex, multipart_etag, seeded_bytes
from polling import until
from test_boto3_forms_cors import post

LOGS = "logs"
ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
RETAINED_UNTIL = datetime.datetime(2100, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)

# What can be set on a bucket, however it keeps versions: put, arguments, get, what the answer has.
SETTINGS: list[tuple[str, dict, str, dict]] = [
    (
        "put_bucket_tagging",
        {"Tagging": {"TagSet": [{"Key": "a b", "Value": "ü+="}, {"Key": "empty", "Value": ""}]}},
        "get_bucket_tagging",
        {},
    ),
    (
        "put_bucket_cors",
        {
            "CORSConfiguration": {
                "CORSRules": [
                    {
                        "ID": "scripts",
                        "AllowedMethods": ["GET", "PUT"],
                        "AllowedOrigins": ["https://*.example.com", "http://localhost"],
                        "AllowedHeaders": ["x-amz-*"],
                        "ExposeHeaders": ["ETag"],
                        "MaxAgeSeconds": 60,
                    },
                    {"AllowedMethods": ["HEAD"], "AllowedOrigins": ["*"]},
                ]
            }
        },
        "get_bucket_cors",
        {},
    ),
    (
        "put_bucket_lifecycle_configuration",
        {
            "LifecycleConfiguration": {
                "Rules": [
                    {
                        "ID": "late",
                        "Status": "Enabled",
                        "Filter": {"And": {"Prefix": "old/", "Tags": [{"Key": "a", "Value": "b"}]}},
                        "Expiration": {"Days": 3000},
                        "NoncurrentVersionExpiration": {"NoncurrentDays": 3000, "NewerNoncurrentVersions": 3},
                    },
                    {
                        "ID": "uploads",
                        "Status": "Enabled",
                        "Filter": {"Prefix": ""},
                        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 300},
                    },
                ]
            }
        },
        "get_bucket_lifecycle_configuration",
        {},
    ),
    (
        "put_bucket_website",
        {
            "WebsiteConfiguration": {
                "IndexDocument": {"Suffix": "index.html"},
                "ErrorDocument": {"Key": "sorry & so on.html"},
                "RoutingRules": [
                    {
                        "Condition": {"KeyPrefixEquals": "old/", "HttpErrorCodeReturnedEquals": "404"},
                        "Redirect": {"ReplaceKeyPrefixWith": "new/", "HttpRedirectCode": "302"},
                    }
                ],
            }
        },
        "get_bucket_website",
        {},
    ),
    (
        "put_bucket_accelerate_configuration",
        {"AccelerateConfiguration": {"Status": "Enabled"}},
        "get_bucket_accelerate_configuration",
        {},
    ),
    (
        "put_bucket_request_payment",
        {"RequestPaymentConfiguration": {"Payer": "Requester"}},
        "get_bucket_request_payment",
        {},
    ),
    (
        "put_bucket_notification_configuration",
        {"NotificationConfiguration": {}},
        "get_bucket_notification_configuration",
        {},
    ),
    (
        "put_bucket_analytics_configuration",
        {
            "Id": "one",
            "AnalyticsConfiguration": {"Id": "one", "Filter": {"Prefix": "x"}, "StorageClassAnalysis": {}},
        },
        "get_bucket_analytics_configuration",
        {"Id": "one"},
    ),
    (
        "put_bucket_inventory_configuration",
        {
            "Id": "two",
            "InventoryConfiguration": {
                "Id": "two",
                "IsEnabled": False,
                "IncludedObjectVersions": "All",
                "Schedule": {"Frequency": "Weekly"},
                "Destination": {"S3BucketDestination": {"Bucket": f"arn:aws:s3:::{LOGS}", "Format": "CSV"}},
            },
        },
        "get_bucket_inventory_configuration",
        {"Id": "two"},
    ),
    (
        "put_bucket_metrics_configuration",
        {
            "Id": "three",
            "MetricsConfiguration": {"Id": "three", "Filter": {"Tag": {"Key": "k", "Value": "v"}}},
        },
        "get_bucket_metrics_configuration",
        {"Id": "three"},
    ),
    (
        "put_bucket_intelligent_tiering_configuration",
        {
            "Id": "four",
            "IntelligentTieringConfiguration": {
                "Id": "four",
                "Status": "Enabled",
                "Tierings": [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}],
            },
        },
        "get_bucket_intelligent_tiering_configuration",
        {"Id": "four"},
    ),
    (
        "put_bucket_logging",
        {
            "BucketLoggingStatus": {
                "LoggingEnabled": {
                    "TargetBucket": LOGS,
                    "TargetPrefix": "of/",
                    "TargetObjectKeyFormat": {"PartitionedPrefix": {"PartitionDateSource": "EventTime"}},
                }
            }
        },
        "get_bucket_logging",
        {},
    ),
    (
        "put_public_access_block",
        {
            "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": False,
                "IgnorePublicAcls": True,
                "BlockPublicPolicy": False,
                "RestrictPublicBuckets": True,
            }
        },
        "get_public_access_block",
        {},
    ),
]

# Further questions about a bucket; some buckets have no answer to some.
QUESTIONS = [
    "get_bucket_acl",
    "get_bucket_encryption",
    "get_bucket_location",
    "get_bucket_ownership_controls",
    "get_bucket_policy",
    "get_bucket_policy_status",
    "get_bucket_replication",
    "get_bucket_versioning",
    "get_object_lock_configuration",
    "list_bucket_analytics_configurations",
    "list_bucket_intelligent_tiering_configurations",
    "list_bucket_inventory_configurations",
    "list_bucket_metrics_configurations",
]


def policy_of(bucket: str) -> str:
    """Everybody may read below public/, the rest is denied without TLS to one address."""
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "read",
                    "Effect": "Allow",
                    "Principal": "*",
                    "Action": "s3:GetObject",
                    "Resource": f"arn:aws:s3:::{bucket}/public/*",
                },
                {
                    "Effect": "Deny",
                    "Principal": {"AWS": ["*"]},
                    "Action": "s3:*",
                    "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
                    "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.7/32"}},
                },
            ],
        }
    )


def answer(call: Callable, **arguments) -> dict | str:
    """What a call answers, or the code that it is refused with."""
    try:
        found = call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"]
    found.pop("ResponseMetadata", None)
    return found


def contains(found, wanted) -> bool:
    """Whether an answer has all that was put, lists in their order."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(contains(found.get(key), part) for key, part in wanted.items())
    if isinstance(wanted, list):
        return len(found) == len(wanted) and all(map(contains, found, wanted))
    return found == wanted


class Configured:
    """One bucket, how it was made, and all that can be asked about it."""

    def __init__(self, client, endpoint, name: str) -> None:
        self.client, self.endpoint, self.name = client, endpoint, name

    def put(self, key: str, size: int, **arguments) -> str | None:
        body = seeded_bytes(f"{self.name} {key} {size}", size)
        found = self.client.put_object(Bucket=self.name, Key=key, Body=body, **arguments)
        assert found["ETag"] == f'"{md5_hex(body)}"'
        return found.get("VersionId")

    def put_parts(self, key: str, sizes: list[int], algorithm: str, kind: str) -> None:
        named = {"Bucket": self.name, "Key": key}
        upload = self.client.create_multipart_upload(
            **named,
            ChecksumAlgorithm=algorithm,
            ChecksumType=kind,
            Tagging="made=in%20parts",
            Metadata={"m": "p"},
        )["UploadId"]
        bodies = [seeded_bytes(f"{key} {number}", size) for number, size in enumerate(sizes)]
        parts = []
        for number, body in enumerate(bodies, 1):
            part = self.client.upload_part(
                **named, UploadId=upload, PartNumber=number, Body=body, ChecksumAlgorithm=algorithm
            )
            member = f"Checksum{algorithm}"
            parts.append({"PartNumber": number, "ETag": part["ETag"], member: part[member]})
        found = self.client.complete_multipart_upload(
            **named, UploadId=upload, ChecksumType=kind, MultipartUpload={"Parts": parts}
        )
        assert found["ETag"] == multipart_etag(bodies)

    def put_form(self, key: str, size: int) -> None:
        by = {"x-amz-meta-by": "form"}
        form = self.client.generate_presigned_post(self.name, key, Fields=by, Conditions=[by])
        status, _, body = post(form["url"], form["fields"], seeded_bytes(key, size))
        assert status == 204, body

    def copy(self, source: str, key: str, **arguments) -> None:
        self.client.copy_object(
            Bucket=self.name, Key=key, CopySource={"Bucket": self.name, "Key": source}, **arguments
        )

    def fill(self) -> None:
        """Objects of every way to make one; where the bucket keeps versions, several of some and markers."""
        client, named = self.client, {"Bucket": self.name}
        self.put(
            "public/small",
            700,
            ContentType="text/x",
            Metadata={"colour": "light blue"},
            Tagging="a=b&c%20d=%2B",
        )
        self.put("public/large", 2 * MIB + 3, CacheControl="max-age=1", ContentLanguage="en")
        self.put("reduced", 3 * MIB, StorageClass="REDUCED_REDUNDANCY")
        self.put("empty", 0)
        self.put("folder/", 0)
        self.put("redirect", 1, WebsiteRedirectLocation="/public/small")
        for algorithm in ("CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"):
            self.put(f"sums/{algorithm}", 5000, ChecksumAlgorithm=algorithm)
        self.put_parts("parts/composite", [5 * MIB, 7], "CRC32C", "COMPOSITE")
        self.put_parts("parts/whole", [5 * MIB, 5 * MIB + 1, 1000], "CRC64NVME", "FULL_OBJECT")
        self.put_parts("parts/one", [10], "SHA256", "COMPOSITE")
        self.put_form("form", 4000)
        self.copy("parts/composite", "copies/large", ChecksumAlgorithm="SHA256")
        self.copy("public/small", "copies/small")
        self.copy(
            "public/small",
            "copies/replaced",
            MetadataDirective="REPLACE",
            Metadata={"new": "1"},
            TaggingDirective="REPLACE",
            Tagging="t=u",
        )
        client.put_object_tagging(**named, Key="empty", Tagging={"TagSet": [{"Key": "late", "Value": "tag"}]})
        for size in (10, 400_000, 20, 1_500_000, 30):
            self.put("overwritten", size)
        for key, size in (("gone/small", 10), ("gone/large", 1_500_000)):
            self.put(key, size)
            client.delete_object(**named, Key=key)
        upload = client.create_multipart_upload(**named, Key="pending", Metadata={"still": "open"})["UploadId"]
        body = seeded_bytes("p", MIB + 7)
        client.upload_part(**named, Key="pending", UploadId=upload, PartNumber=2, Body=body)

    def configure(self) -> None:
        """Every setting; each is told as it was put."""
        for put, arguments, get, more in SETTINGS:
            getattr(self.client, put)(Bucket=self.name, **arguments)
            found = getattr(self.client, get)(Bucket=self.name, **more)
            for member, document in arguments.items():
                if not isinstance(document, dict):
                    continue
                assert contains(found.get(member, found), document), (put, found)
        self.client.put_bucket_policy(Bucket=self.name, Policy=policy_of(self.name))
        if ownership := OWNERSHIP.get(self.name):
            controls = {"Rules": [{"ObjectOwnership": ownership}]}
            self.client.put_bucket_ownership_controls(Bucket=self.name, OwnershipControls=controls)

    def settings(self) -> dict:
        asked = [(get, more) for _, _, get, more in SETTINGS] + [(name, {}) for name in QUESTIONS]
        return {name: answer(getattr(self.client, name), Bucket=self.name, **more) for name, more in asked}

    def versions(self) -> list[dict]:
        found = []
        for page in self.client.get_paginator("list_object_versions").paginate(
            Bucket=self.name, PaginationConfig={"PageSize": 7}
        ):
            found += page.get("Versions", [])
            found += [marker | {"IsMarker": True} for marker in page.get("DeleteMarkers", [])]
        return found

    def objects(self) -> dict[tuple[str, str], dict]:
        """All that can be asked about every version."""
        return {(entry["Key"], entry["VersionId"]): entry | self.object(entry) for entry in self.versions()}

    def object(self, entry: dict) -> dict:
        named = {"Bucket": self.name, "Key": entry["Key"], "VersionId": entry["VersionId"]}
        if entry.get("IsMarker"):
            with pytest.raises(ClientError) as caught:
                self.client.head_object(**named)
            assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 405
            return {}
        found = self.client.get_object(**named, ChecksumMode="ENABLED")
        body = found.pop("Body").read()
        found.pop("ResponseMetadata")
        assert len(body) == entry["Size"]
        attributes = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"]
        return {
            "sha256": hashlib.sha256(body).hexdigest(),
            "headers": found,
            "tags": answer(self.client.get_object_tagging, **named),
            "acl": answer(self.client.get_object_acl, **named),
            "retention": answer(self.client.get_object_retention, **named),
            "hold": answer(self.client.get_object_legal_hold, **named),
            "attributes": answer(self.client.get_object_attributes, **named, ObjectAttributes=attributes),
        }

    def uploads(self) -> list:
        named = {"Bucket": self.name}
        found = self.client.list_multipart_uploads(**named).get("Uploads", [])
        return [
            (upload, answer(self.client.list_parts, **named, Key=upload["Key"], UploadId=upload["UploadId"]))
            for upload in found
        ]

    def everything(self) -> dict:
        return {"settings": self.settings(), "objects": self.objects(), "uploads": self.uploads()}


def manifest(buckets: dict[str, dict]) -> dict:
    """What the judge compares the drives with."""
    objects, markers, listing = [], [], {}
    for bucket, everything in buckets.items():
        versions = listing.setdefault(bucket, {"versions": []})["versions"]
        for (key, version), found in everything["objects"].items():
            named = dict(bucket=bucket, key=key, version_id=version)
            if found.get("IsMarker"):
                markers.append(named)
                versions.append(dict(key=key, version_id=version, delete_marker=True))
                continue
            content = dict(size=found["Size"], etag=found["ETag"])
            objects.append(named | content | {"sha256": found["sha256"]})
            versions.append(dict(key=key, version_id=version, delete_marker=False) | content)
    return {"objects": objects, "delete_markers": markers, "listing": listing}


def newest_object(everything: dict, key: str) -> dict:
    """The newest version of a key that is no marker."""
    return next(
        entry
        for (other, _), entry in everything["objects"].items()
        if other == key and not entry.get("IsMarker")
    )


def make_plain(bucket: Configured) -> None:
    bucket.client.create_bucket(Bucket=bucket.name)
    bucket.fill()


def make_versioned(bucket: Configured) -> None:
    """Has null versions from before, too."""
    named = {"Bucket": bucket.name}
    bucket.client.create_bucket(**named)
    bucket.put("overwritten", 1_200_000)
    bucket.put("before", 5)
    bucket.client.put_bucket_versioning(**named, VersioningConfiguration={"Status": "Enabled"})
    bucket.fill()
    bucket.client.delete_object(**named, Key="before")
    # A version that others lie on top of is restored, and its marker removed.
    marker = bucket.client.delete_object(**named, Key="public/small")["VersionId"]
    bucket.client.delete_object(**named, Key="public/small", VersionId=marker)


def make_suspended(bucket: Configured) -> None:
    """Has versions, null versions in their place and null markers."""
    named = {"Bucket": bucket.name}
    bucket.client.create_bucket(**named)
    bucket.client.put_bucket_versioning(**named, VersioningConfiguration={"Status": "Enabled"})
    for key in ("overwritten", "hidden"):
        bucket.put(key, 1_100_000)
        bucket.put(key, 50)
    bucket.client.put_bucket_versioning(**named, VersioningConfiguration={"Status": "Suspended"})
    bucket.fill()
    assert bucket.client.delete_object(**named, Key="hidden")["VersionId"] == "null"


def make_locked(bucket: Configured) -> None:
    client, named = bucket.client, {"Bucket": bucket.name}
    client.create_bucket(**named, ObjectLockEnabledForBucket=True)
    bucket.fill()
    client.put_object_lock_configuration(
        **named,
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 30}},
        },
    )
    bucket.put("locks/by default", 600_000)
    bucket.put("locks/held", 10, ObjectLockLegalHoldStatus="ON")
    bucket.put(
        "locks/for long",
        10,
        ObjectLockMode="COMPLIANCE",
        ObjectLockRetainUntilDate=RETAINED_UNTIL,
        Tagging="locked=yes",
    )
    bucket.put("locks/later", 10)
    retention = {"Mode": "GOVERNANCE", "RetainUntilDate": RETAINED_UNTIL}
    client.put_object_retention(**named, Key="locks/later", Retention=retention)
    client.put_object_legal_hold(**named, Key="locks/later", LegalHold={"Status": "ON"})
    client.put_object_legal_hold(**named, Key="locks/later", LegalHold={"Status": "OFF"})
    client.delete_object(**named, Key="locks/held")


def make_listed(bucket: Configured) -> None:
    """Lists are in force, of the bucket and of its objects."""
    client, named = bucket.client, {"Bucket": bucket.name}
    client.create_bucket(**named, ObjectOwnership=OWNERSHIP[bucket.name])
    bucket.fill()
    bucket.put("public/listed", 10, ACL="public-read")
    bucket.put("public/amended", 1_500_000)
    owner = client.get_bucket_acl(**named)["Owner"]
    everybody = {"Type": "Group", "URI": ALL_USERS}
    own = {"Grantee": {"Type": "CanonicalUser", "ID": owner["ID"]}, "Permission": "FULL_CONTROL"}
    grants = [own, {"Grantee": everybody, "Permission": "READ_ACP"}]
    client.put_object_acl(**named, Key="public/amended", AccessControlPolicy={"Owner": owner, "Grants": grants})
    client.put_bucket_acl(**named, ACL="public-read")


# The others have no ownership controls.
OWNERSHIP = {"versioned": "BucketOwnerEnforced", "suspended": "BucketOwnerPreferred", "listed": "ObjectWriter"}

MAKERS = {
    "plain": make_plain,
    "versioned": make_versioned,
    "suspended": make_suspended,
    "locked": make_locked,
    "listed": make_listed,
}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("drive_count", [1, 4, 12], ids=lambda count: f"{count} drives")
def test_buckets_in_every_configuration_are_sound_and_come_back(start_server, tmp_path, drive_count):
    server = start_server(drive_count=drive_count, settings={"MARTLET_BUCKET_LOG_INTERVAL": "1s"})
    client = s3_clients.client(server.endpoint)
    client.create_bucket(Bucket=LOGS)
    buckets = {name: Configured(client, server.endpoint, name) for name in MAKERS}
    for name, bucket in buckets.items():
        MAKERS[name](bucket)
        bucket.configure()

    def logs() -> dict[str, str]:
        found = client.get_paginator("list_objects_v2").paginate(Bucket=LOGS)
        return {entry["Key"]: entry["ETag"] for page in found for entry in page.get("Contents", [])}

    def logged(name: str) -> bool:
        return any(f"/{name}/" in key for key in logs())

    before = {name: bucket.everything() for name, bucket in buckets.items()}
    until(lambda: all(map(logged, buckets)), 60, "requests of every bucket are logged", 0.2)
    logs_before = logs()
    check_what_was_put(before)
    server.stop()
    (tmp_path / "manifest.json").write_text(json.dumps(manifest(before)))
    server.judge(tmp_path / "manifest.json")

    server.start()
    for name, bucket in buckets.items():
        found = bucket.everything()
        for part, expected in before[name].items():
            assert found[part] == expected, (name, part)
    assert logs_before.items() <= logs().items()
    check_what_is_in_force(server, client, before)


def check_what_was_put(found: dict[str, dict]) -> None:
    settings = {name: everything["settings"] for name, everything in found.items()}
    for name, own in settings.items():
        assert json.loads(own["get_bucket_policy"]["Policy"]) == json.loads(policy_of(name))
        assert own["get_bucket_policy_status"] == {"PolicyStatus": {"IsPublic": True}}
        assert own["get_bucket_encryption"] == "ServerSideEncryptionConfigurationNotFoundError"
    status = {name: own["get_bucket_versioning"].get("Status") for name, own in settings.items()}
    kept = {"versioned": "Enabled", "suspended": "Suspended", "locked": "Enabled"}
    assert status == {name: kept.get(name) for name in MAKERS}
    for name, own in settings.items():
        found_controls = own["get_bucket_ownership_controls"]
        if name in OWNERSHIP:
            rules = [{"ObjectOwnership": OWNERSHIP[name]}]
            assert found_controls == {"OwnershipControls": {"Rules": rules}}
        else:
            assert found_controls == "OwnershipControlsNotFoundError"
    grants = settings["listed"]["get_bucket_acl"]["Grants"]
    assert {"Grantee": {"Type": "Group", "URI": ALL_USERS}, "Permission": "READ"} in grants
    lock = settings["locked"]["get_object_lock_configuration"]["ObjectLockConfiguration"]
    assert lock["Rule"]["DefaultRetention"] == {"Mode": "GOVERNANCE", "Days": 30}

    def newest(bucket: str, key: str) -> dict:
        return newest_object(found[bucket], key)

    for name in MAKERS:
        small, copy = newest(name, "public/small"), newest(name, "copies/replaced")
        assert small["tags"]["TagSet"] == [{"Key": "a", "Value": "b"}, {"Key": "c d", "Value": "+"}]
        assert small["headers"]["Metadata"] == {"colour": "light blue"}
        assert copy["headers"]["Metadata"] == {"new": "1"}
        assert copy["tags"]["TagSet"] == [{"Key": "t", "Value": "u"}]
        assert copy["sha256"] == small["sha256"]
        assert newest(name, "form")["headers"]["Metadata"] == {"by": "form"}
        assert newest(name, "parts/composite")["headers"]["ChecksumType"] == "COMPOSITE"
        assert newest(name, "parts/whole")["headers"]["ChecksumType"] == "FULL_OBJECT"
        assert newest(name, "reduced")["headers"]["StorageClass"] == "REDUCED_REDUNDANCY"
        sums = newest(name, "sums/SHA256")
        assert base64.b64decode(sums["headers"]["ChecksumSHA256"]).hex() == sums["sha256"]
        assert [upload["Key"] for upload, _ in found[name]["uploads"]] == ["pending"]
    held, compliant = newest("locked", "locks/held"), newest("locked", "locks/for long")
    assert held["hold"] == {"LegalHold": {"Status": "ON"}}
    assert compliant["retention"]["Retention"] == {"Mode": "COMPLIANCE", "RetainUntilDate": RETAINED_UNTIL}
    assert newest("locked", "locks/later")["retention"]["Retention"]["RetainUntilDate"] == RETAINED_UNTIL
    assert newest("locked", "locks/later")["hold"] == {"LegalHold": {"Status": "OFF"}}
    assert newest("locked", "locks/by default")["retention"]["Retention"]["Mode"] == "GOVERNANCE"
    assert len(newest("listed", "public/listed")["acl"]["Grants"]) == 2

    def chain(bucket: str, key: str) -> list[str]:
        """The versions of a key from the newest: its size, or `marker`; those without an id in brackets."""
        entries = [entry for (other, _), entry in found[bucket]["objects"].items() if other == key]
        entries.sort(key=lambda entry: (not entry["IsLatest"], -entry["LastModified"].timestamp()))
        kinds = ["marker" if entry.get("IsMarker") else f"{entry['Size']}" for entry in entries]
        ids = [entry["VersionId"] for entry in entries]
        return [f"[{kind}]" if version == "null" else kind for kind, version in zip(kinds, ids)]

    assert chain("plain", "overwritten") == ["[30]"] and chain("plain", "gone/large") == []
    assert sorted(chain("versioned", "overwritten")) == sorted(
        ["30", "1500000", "20", "400000", "10", "[1200000]"]
    )
    assert chain("versioned", "before") == ["marker", "[5]"]
    assert chain("versioned", "gone/large") == ["marker", "1500000"]
    assert chain("suspended", "overwritten")[0] == "[30]"
    assert sorted(chain("suspended", "overwritten")) == ["1100000", "50", "[30]"]
    assert sorted(chain("suspended", "hidden")) == ["1100000", "50", "[marker]"]
    assert chain("suspended", "gone/large") == ["[marker]"]
    assert chain("locked", "locks/held") == ["marker", "10"]


def check_what_is_in_force(server, client, before: dict[str, dict]) -> None:
    """Locks hold, what is deleted stays so, a pending upload completes, a version whose marker goes is back."""

    def refusal(call, **arguments) -> str:
        with pytest.raises(ClientError) as caught:
            call(**arguments)
        return caught.value.response["Error"]["Code"]

    for key in ("locks/held", "locks/for long", "locks/later", "locks/by default"):
        version = newest_object(before["locked"], key)["VersionId"]
        named = {"Bucket": "locked", "Key": key, "VersionId": version}
        assert refusal(client.delete_object, **named) == "AccessDenied"
    for name in MAKERS:
        assert refusal(client.get_object, Bucket=name, Key="gone/large") == "NoSuchKey"
        upload, parts = before[name]["uploads"][0]
        chosen = [{"PartNumber": part["PartNumber"], "ETag": part["ETag"]} for part in parts["Parts"]]
        client.complete_multipart_upload(
            Bucket=name, Key="pending", UploadId=upload["UploadId"], MultipartUpload={"Parts": chosen}
        )
        found = client.get_object(Bucket=name, Key="pending")
        assert found["Body"].read() == seeded_bytes("p", MIB + 7) and found["Metadata"] == {"still": "open"}
    marker = next(
        version
        for (key, version), entry in before["versioned"]["objects"].items()
        if key == "gone/large" and entry.get("IsMarker")
    )
    client.delete_object(Bucket="versioned", Key="gone/large", VersionId=marker)
    found = client.get_object(Bucket="versioned", Key="gone/large")["Body"].read()
    assert found == seeded_bytes("versioned gone/large 1500000", 1_500_000)
