"""boto3: listings, versions 1 and 2, against what a sorted list of the same keys gives."""

from __future__ import annotations

import concurrent.futures
import random
import urllib.parse
import uuid
from collections.abc import Iterable

import pytest
from botocore.exceptions import ClientError

import signing
from s3_clients import error_of

KEYS = [
    "a",
    "a!",
    "a/",
    "a/b",
    "a/b/c",
    "a/b/d",
    "a/bb",
    "a0",
    "a.b",
    "aa",
    "b",
    "b/",
    "dir/sub/x",
    "dir/sub/y",
    "dir/z",
    "dir-",
    "dir.",
    "dir0",
    "B",
    "Z/1",
    "1",
    "10",
    "2",
    "~",
    "é",
    "é/1",
    "e\u0301",
    "日本/語",
    "日本/誤",
    "🪶",
    "\uffee",
    "\u07ff",
    "sp ace/1",
    "pl+us/1",
    "per%cent/1",
    "amp&/1",
    "deep/1/2/3/4/5/6/7/8/9",
    "_",
    "-",
    "A",
    # To some, one character: two spellings, and a slash with what is before or behind it.
    "é/",
    "e\u0301/",
    "x\u0600",
    "x\u0600/",
    "x\u0600/a",
    "dir/\u0301x",
]


def in_order(keys: Iterable[str]) -> list[str]:
    """S3's order: by the bytes of UTF-8."""
    return sorted(keys, key=lambda key: key.encode())


def folded(keys: Iterable[str], prefix: str, delimiter: str) -> tuple[list[str], list[str]]:
    """What a listing with this prefix and delimiter shows: keys and common prefixes."""
    objects, prefixes = [], set()
    for key in in_order(keys):
        if not key.startswith(prefix):
            continue
        head, mark, _ = key[len(prefix) :].partition(delimiter) if delimiter else (key, "", "")
        if mark:
            prefixes.add(prefix + head + delimiter)
        else:
            objects.append(key)
    return objects, in_order(prefixes)


def fill(s3, bucket: str, keys: Iterable[str]) -> None:
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(
            pool.map(
                lambda key: s3.put_object(Bucket=bucket, Key=key, Body=b"" if key.endswith("/") else b"x"),
                keys,
            )
        )


@pytest.fixture(scope="module")
def listed(s3):
    """One bucket with KEYS for all tests that only look."""
    name = f"listing-{uuid.uuid4().hex[:12]}"
    s3.create_bucket(Bucket=name)
    fill(s3, name, random.Random(1).sample(KEYS, len(KEYS)))
    return name


def pages(s3, version: int, bucket: str, **arguments) -> list[dict]:
    """All pages of a listing, followed by hand as each version wants it."""
    found: list[dict] = []
    while True:
        page = (s3.list_objects_v2 if version == 2 else s3.list_objects)(Bucket=bucket, **arguments)
        found.append(page)
        if not page["IsTruncated"]:
            return found
        assert len(found) < 1000, "the listing does not end"
        if version == 2:
            arguments["ContinuationToken"] = page["NextContinuationToken"]
        else:
            entries = [entry["Key"] for entry in page.get("Contents", [])]
            shared = [entry["Prefix"] for entry in page.get("CommonPrefixes", [])]
            if "Delimiter" in arguments:
                arguments["Marker"] = page["NextMarker"]
                assert page["NextMarker"] == in_order(entries + shared)[-1]
            else:
                arguments["Marker"] = entries[-1]


def keys_of(found: list[dict]) -> list[str]:
    return [entry["Key"] for page in found for entry in page.get("Contents", [])]


def prefixes_of(found: list[dict]) -> list[str]:
    return [entry["Prefix"] for page in found for entry in page.get("CommonPrefixes", [])]


both_versions = pytest.mark.parametrize("version", [1, 2])


@both_versions
@pytest.mark.parametrize("page_size", [1, 2, 3, 7, len(KEYS) - 1, len(KEYS), len(KEYS) + 1, 1000])
def test_everything_in_byte_order_whatever_the_page(s3, listed, version, page_size):
    found = pages(s3, version, listed, MaxKeys=page_size)
    assert keys_of(found) == in_order(KEYS)
    assert all(len(page["Contents"]) == page_size for page in found[:-1])


@both_versions
@pytest.mark.parametrize("page_size", [1, 3, 1000])
@pytest.mark.parametrize(
    "prefix",
    [
        "",
        "a",
        "a/",
        "a/b",
        "dir",
        "dir/",
        "dir/sub/",
        "é",
        "日本/",
        "deep/1/2/",
        "nothing",
        "sp ace/",
        "pl+us/",
        "per%",
        "amp&",
        "x\u0600/",
        "dir/\u0301",
    ],
)
@pytest.mark.parametrize("delimiter", ["/", "", "b", "ir"])
def test_prefix_and_delimiter(s3, listed, version, page_size, prefix, delimiter):
    arguments = dict(Prefix=prefix, MaxKeys=page_size) | (dict(Delimiter=delimiter) if delimiter else {})
    found = pages(s3, version, listed, **arguments)
    objects, prefixes = folded(KEYS, prefix, delimiter)
    assert keys_of(found) == objects
    assert prefixes_of(found) == prefixes
    for page in found:
        # S3 escapes the prefix in both versions; botocore leaves it so in version 1.
        echoed = urllib.parse.unquote_plus(page["Prefix"]) if version == 1 else page["Prefix"]
        assert echoed == prefix
        assert page.get("Delimiter", "") == delimiter
        assert len(page.get("Contents", [])) + len(page.get("CommonPrefixes", [])) <= page_size


@pytest.mark.parametrize(
    "after", ["", "a", "a/b", "a/b/", "a/zzz", "dir/sub/x", "nothing", "é", "~~~", "日本/語"]
)
def test_start_after(s3, listed, after):
    expected = [key for key in in_order(KEYS) if key.encode() > after.encode()]
    assert keys_of(pages(s3, 2, listed, StartAfter=after, MaxKeys=7)) == expected
    assert keys_of(pages(s3, 1, listed, Marker=after)) == expected


def test_start_after_inside_a_folded_prefix(s3, listed):
    page = s3.list_objects_v2(Bucket=listed, Delimiter="/", StartAfter="dir/sub/x")
    keys, prefixes = (
        [e["Key"] for e in page.get("Contents", [])],
        [e["Prefix"] for e in page["CommonPrefixes"]],
    )
    assert "dir/" in prefixes, "dir/sub/y and dir/z still follow"
    assert keys == [key for key in folded(KEYS, "", "/")[0] if key.encode() > b"dir/sub/x"]
    page = s3.list_objects_v2(Bucket=listed, Delimiter="/", StartAfter="dir/\U0010ffff")
    assert "dir/" not in [e["Prefix"] for e in page["CommonPrefixes"]]


@both_versions
def test_no_keys_asked_no_keys_given(s3, listed, version):
    page = (s3.list_objects_v2 if version == 2 else s3.list_objects)(Bucket=listed, MaxKeys=0)
    assert not page["IsTruncated"]
    assert "Contents" not in page


def test_key_count_counts_keys_and_prefixes(s3, listed):
    page = s3.list_objects_v2(Bucket=listed, Delimiter="/")
    assert page["KeyCount"] == len(page["Contents"]) + len(page["CommonPrefixes"])
    assert page["MaxKeys"] == 1000
    assert page["Name"] == listed


def test_more_than_a_thousand_asked_gives_a_thousand(s3, bucket):
    keys = [f"{number:04}" for number in range(1001)]
    fill(s3, bucket, keys)
    page = s3.list_objects_v2(Bucket=bucket, MaxKeys=5000)
    assert page["IsTruncated"]
    assert [entry["Key"] for entry in page["Contents"]] == keys[:1000]
    assert keys_of(pages(s3, 2, bucket)) == keys
    assert keys_of(pages(s3, 1, bucket)) == keys


def test_an_entry_describes_its_object(s3, bucket):
    put = s3.put_object(Bucket=bucket, Key="object", Body=b"12345")
    entry = s3.list_objects_v2(Bucket=bucket, FetchOwner=True)["Contents"][0]
    assert (entry["Size"], entry["ETag"], entry["StorageClass"]) == (5, put["ETag"], "STANDARD")
    assert entry["Owner"]["ID"]
    assert "Owner" not in s3.list_objects_v2(Bucket=bucket)["Contents"][0]
    assert s3.list_objects(Bucket=bucket)["Contents"][0]["Owner"]["ID"]


def test_the_answer_is_url_encoded_only_when_asked(endpoint, s3, bucket):
    s3.put_object(Bucket=bucket, Key="sp ace/ü+&<>", Body=b"x")
    plain = signing.request(endpoint, "GET", f"/{bucket}", {"list-type": "2"}).body.decode()
    assert "<Key>sp ace/ü+&amp;&lt;&gt;</Key>" in plain.replace("&#43;", "+")
    assert "<EncodingType>" not in plain
    encoded = signing.request(
        endpoint, "GET", f"/{bucket}", {"list-type": "2", "encoding-type": "url"}
    ).body.decode()
    assert "<EncodingType>url</EncodingType>" in encoded
    assert "%2B%26%3C%3E</Key>" in encoded and "%C3%BC" in encoded
    assert "sp%20ace" in encoded


def test_an_unknown_encoding_is_refused(endpoint, bucket):
    answer = signing.request(endpoint, "GET", f"/{bucket}", {"list-type": "2", "encoding-type": "base64"})
    assert (answer.error_code, answer.status) == ("InvalidArgument", 400)


@pytest.mark.parametrize(
    "query", [{"max-keys": "-1"}, {"max-keys": "x"}, {"continuation-token": ""}], ids=str
)
def test_nonsense_arguments_are_refused(endpoint, bucket, query):
    answer = signing.request(endpoint, "GET", f"/{bucket}", {"list-type": "2"} | query)
    assert (answer.error_code, answer.status) == ("InvalidArgument", 400)


def test_control_characters_in_keys_are_listed(s3, bucket):
    """XML 1.0 cannot hold them, so the listing is asked url-encoded, as botocore does."""
    keys = [f"c{chr(code)}d" for code in (1, 2, 8, 9, 10, 11, 12, 13, 27, 31, 127, 128, 159)]
    fill(s3, bucket, keys)
    assert keys_of(pages(s3, 2, bucket, MaxKeys=4)) == in_order(keys)
    assert keys_of(pages(s3, 1, bucket, MaxKeys=4)) == in_order(keys)
    for key in keys:
        s3.delete_object(Bucket=bucket, Key=key)
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_uploads_of_one_key_are_listed_as_they_were_begun(s3, bucket):
    begun = [
        (key, s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"])
        for key in ["d/\u0301b", "e\u0301/1", "é/1", "d/a"] + ["k"] * 6
    ]
    found, marker = [], {}
    while True:
        page = s3.list_multipart_uploads(Bucket=bucket, MaxUploads=3, **marker)
        found += [(upload["Key"], upload["UploadId"]) for upload in page["Uploads"]]
        if not page["IsTruncated"]:
            break
        marker = {"KeyMarker": page["NextKeyMarker"], "UploadIdMarker": page["NextUploadIdMarker"]}
    assert found == sorted(begun, key=lambda upload: upload[0].encode())
    page = s3.list_multipart_uploads(Bucket=bucket, Delimiter="/")
    assert [entry["Prefix"] for entry in page["CommonPrefixes"]] == ["d/", "e\u0301/", "é/"]
    assert {upload["Key"] for upload in page["Uploads"]} == {"k"}
    # Behind an upload that is gone its time tells where to go on.
    s3.abort_multipart_upload(Bucket=bucket, Key="k", UploadId=begun[6][1])
    page = s3.list_multipart_uploads(Bucket=bucket, KeyMarker="k", UploadIdMarker=begun[6][1])
    rest = [(upload["Key"], upload["UploadId"]) for upload in page["Uploads"]]
    assert rest == [*begun[7:], begun[2]]


def test_a_missing_bucket_is_404(s3, bucket_name):
    for method in (s3.list_objects, s3.list_objects_v2):
        with pytest.raises(ClientError) as caught:
            method(Bucket=bucket_name)
        assert error_of(caught) == ("NoSuchBucket", 404)


@pytest.mark.parametrize("seed", [1, 2])
def test_random_trees(s3, bucket, seed):
    generator = random.Random(seed)
    names = ["a", "b", "a-", "a.", "a0", "ab", "é", "z"]
    keys = {"/".join(generator.choices(names, k=generator.randint(1, 4))) for _ in range(120)}
    fill(s3, bucket, keys)
    for _ in range(15):
        prefix = generator.choice(["", "a", "a/", "b/a", "a-/", "é/"])
        delimiter = generator.choice(["", "/", "a"])
        page_size = generator.choice([1, 2, 5, 50])
        found = pages(
            s3, 2, bucket, Prefix=prefix, MaxKeys=page_size, **({"Delimiter": delimiter} if delimiter else {})
        )
        assert (keys_of(found), prefixes_of(found)) == folded(keys, prefix, delimiter), (
            prefix,
            delimiter,
            page_size,
        )


def test_listing_sees_what_was_just_written_and_deleted(s3, bucket):
    for number in range(50):
        s3.put_object(Bucket=bucket, Key=f"k/{number:03}", Body=b"x")
        assert keys_of(pages(s3, 2, bucket, Prefix="k/"))[-1] == f"k/{number:03}"
    for number in range(50):
        s3.delete_object(Bucket=bucket, Key=f"k/{number:03}")
        assert keys_of(pages(s3, 2, bucket, Prefix="k/")) == [
            f"k/{rest:03}" for rest in range(number + 1, 50)
        ]
