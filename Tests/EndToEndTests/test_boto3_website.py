"""Buckets as web sites: configured through boto3, visited as a browser does, by the name of a host."""

from __future__ import annotations

import http.client
import json

import pytest
from botocore.exceptions import ClientError

import s3_clients
from martlet_process import SERVER_DOMAINS
from s3_clients import error_of

BUCKET = "photos"
HOST = f"{BUCKET}.s3-website.sites.test"


@pytest.fixture(scope="module")
def server():
    from martlet_process import MartletProcess, close

    process = MartletProcess(
        drive_count=4,
        settings={SERVER_DOMAINS: "sites.test", "MARTLET_WEBSITE_DOMAINS": "pages.test"},
    )
    try:
        yield process.start()
    finally:
        close(process)


@pytest.fixture
def s3(server):
    """A public bucket with a few pages; gone afterwards."""
    client = s3_clients.client(server.endpoint)
    client.create_bucket(Bucket=BUCKET)
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{BUCKET}/*",
    }
    deny = {**statement, "Effect": "Deny", "Resource": f"arn:aws:s3:::{BUCKET}/secret/*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement, deny]})
    client.put_bucket_policy(Bucket=BUCKET, Policy=policy)
    pages = {
        "index.html": b"the top",
        "docs/index.html": b"the docs",
        "docs/a b+c.html": b"a page",
        "error.html": b"<p>sorry</p>",
        "secret/index.html": b"hidden",
        "empty.html": b"",
    }
    for key, body in pages.items():
        client.put_object(Bucket=BUCKET, Key=key, Body=body, ContentType="text/html")
    client.put_object(Bucket=BUCKET, Key="moved", Body=b"", WebsiteRedirectLocation="/docs/")
    yield client
    client.delete_bucket_policy(Bucket=BUCKET)
    for item in client.list_objects_v2(Bucket=BUCKET)["Contents"]:
        client.delete_object(Bucket=BUCKET, Key=item["Key"])
    client.delete_bucket(Bucket=BUCKET)


def configure(s3, **configuration):
    s3.put_bucket_website(
        Bucket=BUCKET,
        WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}} | configuration,
    )


def visit(server, path, method="GET", host=HOST, headers=None):
    """Status, headers in lower case, body."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=15)
    try:
        connection.request(method, path, headers={"Host": host} | (headers or {}))
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def test_a_configuration_is_answered_as_it_was_put_and_taken_away(s3):
    whole = {
        "IndexDocument": {"Suffix": "index.html"},
        "ErrorDocument": {"Key": "error.html"},
        "RoutingRules": [
            {
                "Condition": {"KeyPrefixEquals": "old/", "HttpErrorCodeReturnedEquals": "404"},
                "Redirect": {"ReplaceKeyPrefixWith": "new/", "HttpRedirectCode": "302", "Protocol": "https"},
            }
        ],
    }
    s3.put_bucket_website(Bucket=BUCKET, WebsiteConfiguration=whole)
    answer = s3.get_bucket_website(Bucket=BUCKET)
    assert {name: answer[name] for name in whole} == whole
    s3.delete_bucket_website(Bucket=BUCKET)
    with pytest.raises(ClientError) as caught:
        s3.get_bucket_website(Bucket=BUCKET)
    assert error_of(caught) == ("NoSuchWebsiteConfiguration", 404)


def test_pages_and_indexes_are_shown(s3, server):
    configure(s3)
    for path, body in [
        ("/", b"the top"),
        ("/?any=query", b"the top"),
        ("/index.html?versionId=nonsense&uploads", b"the top"),
        ("/docs/", b"the docs"),
        ("/docs/a%20b%2Bc.html", b"a page"),
        ("/empty.html", b""),
    ]:
        status, headers, found = visit(server, path)
        assert (status, found) == (200, body), path
        assert headers["content-type"] == "text/html"
    status, headers, body = visit(server, "/", method="HEAD")
    assert (status, headers["content-length"], body) == (200, "7", b"")
    assert visit(server, "/", headers={"Range": "bytes=4-6"})[::2] == (206, b"top")
    etag = visit(server, "/")[1]["etag"]
    assert visit(server, "/", headers={"If-None-Match": etag})[0] == 304


@pytest.mark.parametrize(
    "host", [f"{BUCKET}.s3-website-us-east-1.sites.test", f"{BUCKET}.pages.test:9000", HOST.upper()]
)
def test_every_name_of_the_site_leads_there(s3, server, host):
    configure(s3)
    assert visit(server, "/", host=host)[2] == b"the top"


def test_a_folder_without_its_slash_is_sent_there(s3, server):
    configure(s3)
    status, headers, _ = visit(server, "/docs")
    assert (status, headers["location"]) == (302, "/docs/")


def test_what_is_missing_or_closed_gets_the_error_page_with_its_status(s3, server):
    configure(s3, ErrorDocument={"Key": "error.html"})
    # Who may not list is not told whether the key is there.
    for path, status in [("/none.html", 403), ("/none/", 403), ("/secret/index.html", 403), ("/secret", 403)]:
        found, headers, body = visit(server, path)
        assert (found, body, headers["content-type"]) == (status, b"<p>sorry</p>", "text/html"), path


def test_the_error_page_is_shown_whole_whatever_the_visit_asks_for(s3, server):
    configure(s3, ErrorDocument={"Key": "error.html"})
    etag = s3.head_object(Bucket=BUCKET, Key="error.html")["ETag"]
    for headers in ({"Range": "bytes=0-1"}, {"If-None-Match": etag}, {"If-Match": '"other"'}):
        status, _, body = visit(server, "/never", headers=headers)
        assert (status, body) == (403, b"<p>sorry</p>")


def test_an_error_page_that_is_closed_now_is_not_shown(s3, server):
    """The list of the newest version decides, whichever version a visitor names."""
    bucket, host = "listed", "listed.s3-website.sites.test"
    s3.create_bucket(Bucket=bucket, ObjectOwnership="ObjectWriter")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_website(
        Bucket=bucket,
        WebsiteConfiguration={
            "IndexDocument": {"Suffix": "index.html"},
            "ErrorDocument": {"Key": "error.html"},
        },
    )
    shown = s3.put_object(Bucket=bucket, Key="error.html", Body=b"for all", ACL="public-read")
    source = {"x-amz-copy-source": f"/{bucket}/error.html?versionId={shown['VersionId']}"}
    assert visit(server, "/never", host=host)[2] == b"for all"
    hidden = s3.put_object(Bucket=bucket, Key="error.html", Body=b"for few")
    for headers in ({}, source):
        status, _, body = visit(server, "/never", host=host, headers=headers)
        assert status == 403 and b"for few" not in body
    for answer in (shown, hidden):
        s3.delete_object(Bucket=bucket, Key="error.html", VersionId=answer["VersionId"])
    s3.delete_bucket(Bucket=bucket)


def test_without_an_error_page_the_answer_is_html(s3, server):
    configure(s3)
    status, headers, body = visit(server, "/%3Cscript%3E")
    assert (status, headers["x-amz-error-code"]) == (403, "AccessDenied")
    assert headers["content-type"].startswith("text/html")
    assert b"<h1>403 Forbidden</h1>" in body
    assert b"<script>" not in body and b"&lt;script&gt;" in body


def test_only_visits_are_answered(s3, server):
    configure(s3)
    for method in ("PUT", "POST", "DELETE"):
        status, headers, _ = visit(server, "/index.html", method=method)
        assert (status, headers["allow"]) == (405, "GET, HEAD")
    s3.delete_bucket_website(Bucket=BUCKET)
    status, headers, _ = visit(server, "/")
    assert (status, headers["x-amz-error-code"]) == (404, "NoSuchWebsiteConfiguration")
    status, headers, _ = visit(server, "/", host="none.s3-website.sites.test")
    assert (status, headers["x-amz-error-code"]) == (404, "NoSuchBucket")


def test_rules_and_objects_lead_elsewhere(s3, server):
    rules = [
        {"Condition": {"KeyPrefixEquals": "old/"}, "Redirect": {"ReplaceKeyPrefixWith": "new é/"}},
        {
            "Condition": {"HttpErrorCodeReturnedEquals": "403"},
            "Redirect": {"HostName": "other.test", "Protocol": "https", "HttpRedirectCode": "307", "ReplaceKeyWith": "gone"},
        },
    ]
    configure(s3, RoutingRules=rules)
    status, headers, _ = visit(server, "/old/a%0D%0Ab?q=1")
    assert (status, headers["location"]) == (301, f"http://{HOST}/new%20%C3%A9/a%0D%0Ab?q=1")
    status, headers, _ = visit(server, "/none")
    assert (status, headers["location"]) == (307, "https://other.test/gone")
    status, headers, _ = visit(server, "/moved")
    assert (status, headers["location"]) == (301, "/docs/")
    assert visit(server, "/docs/")[2] == b"the docs"


def test_a_site_can_lead_to_another_host(s3, server):
    s3.put_bucket_website(
        Bucket=BUCKET, WebsiteConfiguration={"RedirectAllRequestsTo": {"HostName": "other.test"}}
    )
    status, headers, _ = visit(server, "/a/b?c")
    assert (status, headers["location"]) == (301, "http://other.test/a/b?c")
