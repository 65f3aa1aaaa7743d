"""OpenLDAP's server on loopback, with a few people and groups."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import polling
from martlet_process import free_port

PROGRAM = "/usr/sbin/slapd"
ABSENCE = "slapd is not installed (Scripts/setup --tests)"
SUFFIX = "dc=example,dc=org"
READER_PASSWORD = "the-reader's"

CONFIGURATION = """\
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {home}/pid
argsfile {home}/arguments
database mdb
suffix "{suffix}"
rootdn "cn=admin,{suffix}"
rootpw the-admin's
directory {home}/data
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="cn=reader,{suffix}" read by * none
"""

UNITS = """\
dn: {suffix}
objectClass: dcObject
objectClass: organization
o: Example

dn: ou=people,{suffix}
objectClass: organizationalUnit

dn: ou=groups,{suffix}
objectClass: organizationalUnit

dn: cn=reader,{suffix}
objectClass: organizationalRole
objectClass: simpleSecurityObject
userPassword: {password}
"""


def person_dn(name: str) -> str:
    return f"uid={name},ou=people,{SUFFIX}"


def group_dn(name: str) -> str:
    return f"cn={name},ou=groups,{SUFFIX}"


def person(name: str) -> str:
    return (
        f"dn: {person_dn(name)}\nobjectClass: inetOrgPerson\ncn: {name}\nsn: {name}\nuid: {name}\n"
        f"userPassword: {name}-password\n"
    )


def named_person(name: str, uid: str) -> str:
    """Whose distinguished name needs escapes: `name` is as it stands in it."""
    return (
        f"dn: cn={name},ou=people,{SUFFIX}\nobjectClass: inetOrgPerson\nsn: {uid}\nuid: {uid}\n"
        f"userPassword: {uid}-password\n"
    )


def group(name: str, *members: str) -> str:
    lines = "".join(f"member: {person_dn(member)}\n" for member in members)
    return f"dn: {group_dn(name)}\nobjectClass: groupOfNames\n{lines}"


class Slapd:
    """`ann`, `bo` and `cid` with passwords such as `ann-password`; `ann` and `bo` are in the group `dev`.
    `doe` and `joerg` have names with a comma and an umlaut."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="martlet-slapd-"))
        (self.home / "data").mkdir()
        configuration = self.home / "slapd.conf"
        configuration.write_text(CONFIGURATION.format(home=self.home, suffix=SUFFIX))
        entries = [UNITS.format(suffix=SUFFIX, password=READER_PASSWORD)]
        entries += [person("ann"), person("bo"), person("cid"), group("dev", "ann", "bo")]
        entries += [named_person(r"Doe\, John", "doe"), named_person(r"J\C3\B6rg", "joerg")]
        people = self.home / "people.ldif"
        people.write_text("\n".join(entries))
        subprocess.run(["/usr/sbin/slapadd", "-f", configuration, "-l", people], check=True)
        self.configuration = configuration
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        url = f"ldap://127.0.0.1:{self.port}/"
        arguments = [PROGRAM, "-d", "0", "-f", str(self.configuration), "-h", url]
        if setpriv := shutil.which("setpriv"):
            arguments = [setpriv, "--pdeathsig", "KILL", *arguments]
        with open(self.home / "log", "ab") as log:
            self.process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        polling.until(self.is_listening, 20, "slapd listens")

    def is_listening(self) -> bool:
        assert self.process and self.process.poll() is None, (self.home / "log").read_text()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    @property
    def settings(self) -> dict[str, str]:
        """MinIO's names, as an administrator of MinIO has them."""
        values = {
            "SERVER_ADDR": f"127.0.0.1:{self.port}",
            "SERVER_INSECURE": "on",
            "LOOKUP_BIND_DN": f"cn=reader,{SUFFIX}",
            "LOOKUP_BIND_PASSWORD": READER_PASSWORD,
            "USER_DN_SEARCH_BASE_DN": f"ou=people,{SUFFIX}",
            "USER_DN_SEARCH_FILTER": "(uid=%s)",
            "GROUP_SEARCH_BASE_DN": f"ou=groups,{SUFFIX}",
            "GROUP_SEARCH_FILTER": "(&(objectclass=groupOfNames)(member=%d))",
        }
        return {f"MINIO_IDENTITY_LDAP_{name}": value for name, value in values.items()}
