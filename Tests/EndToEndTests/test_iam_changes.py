"""Changes of users and policies while requests run: in force at the next request, and not lost by kill -9."""

from __future__ import annotations

import concurrent.futures
import json
import random
import threading

import pytest
from botocore.exceptions import BotoCoreError, ClientError
from minio import MinioAdmin
from minio.error import MinioAdminException
from urllib3.exceptions import HTTPError

import polling
import s3_clients
from martlet_process import MartletProcess
from test_admin import SECRET, admin_of

BUCKET = "changes"
WORKERS = 8


def policy(effect: str, version: int = 0) -> dict:
    resource = ["arn:aws:s3:::changes/*"]
    statement = {"Sid": f"v{version}", "Effect": effect, "Action": ["s3:GetObject"], "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [statement]}


@pytest.fixture
def server(start_server) -> MartletProcess:
    server = start_server(drive_count=4, parity=2)
    owner = s3_clients.client(server.endpoint)
    owner.create_bucket(Bucket=BUCKET)
    owner.put_object(Bucket=BUCKET, Key="one", Body=b"1")
    return server


def administrator(server: MartletProcess) -> MinioAdmin:
    return admin_of(server.endpoint, server.access_key, server.secret_key)


def refusal(client) -> str | None:
    """What a read is refused with."""
    try:
        client.get_object(Bucket=BUCKET, Key="one")["Body"].read()
        return None
    except ClientError as error:
        return error.response["Error"]["Code"]


def change_and_ask(server: MartletProcess, number: int, rounds: int) -> list[str]:
    """One administrator and one user who asks right after every change, on another connection."""
    admin = administrator(server)
    name, group = f"user{number}", f"group{number}"
    own = admin_of(server.endpoint, name, SECRET)
    client = s3_clients.client(server.endpoint, access_key=name, secret_key=SECRET)
    derived = s3_clients.client(server.endpoint, access_key=f"key{number}", secret_key=SECRET)
    wrong: list[str] = []

    def expect(after: str, expected: set[str | None], *clients) -> None:
        for asking in clients:
            found = refusal(asking)
            if found not in expected:
                wrong.append(f"{name} after {after}: {found}, not {expected}")

    gone = {"InvalidAccessKeyId"}
    admin.user_add(name, SECRET)
    expect("being made", {"AccessDenied"}, client)
    own.add_service_account(access_key=f"key{number}", secret_key=SECRET)
    admin.policy_add(f"own{number}", policy=policy("Allow"))
    admin.group_add(group, [name])
    admin.attach_policy([f"own{number}"], group=group)
    for version in range(rounds):
        expect("a grant", {None}, client, derived)
        admin.policy_add(f"own{number}", policy=policy("Deny", version))
        expect("a denial", {"AccessDenied"}, client, derived)
        admin.policy_add(f"own{number}", policy=policy("Allow", version))
        expect("a grant anew", {None}, client, derived)
        admin.user_disable(name)
        if None in (refusal(client), refusal(derived)):
            wrong.append(f"{name} is disabled and was let in")
        admin.user_enable(name)
        expect("being enabled", {None}, client, derived)
        admin.group_remove(group, [name])
        expect("leaving the group", {"AccessDenied"}, client, derived)
        admin.group_add(group, [name])
        expect("joining the group", {None}, client, derived)
        admin.group_disable(group)
        expect("the group is disabled", {"AccessDenied"}, client, derived)
        admin.group_enable(group)
    own.delete_service_account(f"key{number}")
    expect("its key was removed", gone, derived)
    admin.user_remove(name)
    expect("being removed", gone, client)
    return wrong


@pytest.mark.timeout(300)
def test_a_change_is_in_force_at_the_next_request(server):
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        wrong = list(pool.map(lambda number: change_and_ask(server, number, rounds=4), range(WORKERS)))
    assert wrong == [[]] * WORKERS
    assert json.loads(administrator(server).user_list()) == {}


class Ledger:
    """What was acknowledged last of each subject, and what is being asked since. A subject has one writer."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.acknowledged: dict[str, object] = {}
        self.pending: dict[str, object] = {}
        self.count = 0

    def make(self, subject: str, state: object, call, *arguments, **keywords) -> None:
        with self.lock:
            self.pending[subject] = state
        call(*arguments, **keywords)
        with self.lock:
            self.acknowledged[subject] = self.pending.pop(subject)
            self.count += 1

    def possible(self, subject: str) -> list[object]:
        return [self.acknowledged[subject]] + ([self.pending[subject]] if subject in self.pending else [])


def change_policies(admin: MinioAdmin, ledger: Ledger, number: int, ended: threading.Event) -> None:
    version = 0
    while not ended.is_set():
        version += 1
        ledger.make(f"p{number}", version, admin.policy_add, f"p{number}", policy=policy("Allow", version))


def change_statuses(admin: MinioAdmin, ledger: Ledger, number: int, ended: threading.Event) -> None:
    name = f"st{number}"
    while not ended.is_set():
        ledger.make(name, "disabled", admin.user_disable, name)
        ledger.make(name, "enabled", admin.user_enable, name)


def change_members(admin: MinioAdmin, ledger: Ledger, number: int, ended: threading.Event) -> None:
    group, name = f"g{number}", f"st{number}"
    while not ended.is_set():
        ledger.make(group, [name], admin.group_add, group, [name])
        ledger.make(group, [], admin.group_remove, group, [name])


def make_and_remove(server: MartletProcess, ledger: Ledger, number: int, ended: threading.Event) -> None:
    """A user whose removal takes its key, its mapping and its membership along."""
    admin = administrator(server)
    name = f"rm{number}"
    own = admin_of(server.endpoint, name, SECRET)
    while not ended.is_set():
        ledger.make(name, "alone", admin.user_add, name, SECRET)
        ledger.make(name, "keyed", own.add_service_account, access_key=f"rk{number}", secret_key=SECRET)
        ledger.make(name, "attached", admin.attach_policy, ["readonly"], user=name)
        ledger.make(name, "joined", admin.group_add, "everybody", [name])
        ledger.make(name, "absent", admin.user_remove, name)


def state_of(server: MartletProcess, number: int) -> str:
    """How far that user has come; fails if it is in between."""
    admin, name = administrator(server), f"rm{number}"
    users = json.loads(admin.user_list())
    try:
        parent = json.loads(admin.get_service_account(f"rk{number}"))["parentUser"]
        assert parent == name
        has_key = True
    except MinioAdminException:
        has_key = False
    members = json.loads(admin.group_info("everybody"))["members"]
    entities = json.loads(admin.get_policy_entities([name], [], []))
    has_policy = any(entry["user"] == name and entry["policies"] for entry in entities.get("userMappings") or [])
    state = (name in users, has_key, has_policy, name in members)
    states = {
        (False, False, False, False): "absent",
        (True, False, False, False): "alone",
        (True, True, False, False): "keyed",
        (True, True, True, False): "attached",
        (True, True, True, True): "joined",
    }
    assert state in states, f"{name} is half there: {state}"
    return states[state]


@pytest.mark.timeout(300)
def test_acknowledged_changes_survive_a_kill(server, kill_seed):
    admin = administrator(server)
    ledger, ended = Ledger(), threading.Event()
    admin.group_add("everybody", [])
    for number in range(2):
        admin.user_add(f"st{number}", SECRET)
        admin.group_add(f"g{number}", [])
        ledger.acknowledged |= {f"p{number}": None, f"st{number}": "enabled", f"g{number}": [], f"rm{number}": "absent"}
    enough = random.Random(kill_seed).randint(80, 240)

    def until_the_kill(body, argument, number: int) -> None:
        try:
            body(argument, ledger, number, ended)
        except (MinioAdminException, HTTPError, BotoCoreError, OSError):
            # Nobody answers any more. Before the kill it is an error, see below.
            return

    jobs = [
        (body, server if body is make_and_remove else administrator(server), number)
        for body in (change_policies, change_statuses, change_members, make_and_remove)
        for number in range(2)
    ]
    with concurrent.futures.ThreadPoolExecutor(len(jobs)) as pool:
        running = [pool.submit(until_the_kill, *job) for job in jobs]
        try:
            polling.until(lambda: ledger.count >= enough, 120, f"{enough} changes are made", interval=0.002)
            assert not any(task.done() for task in running), "a change failed before the kill"
            server.kill()
        finally:
            ended.set()
    for task in running:
        task.result()
    server.start()

    admin = administrator(server)
    policies, users = json.loads(admin.policy_list()), json.loads(admin.user_list())
    for number in range(2):
        stored = policies.get(f"p{number}")
        version = stored and int(stored["Statement"][0]["Sid"].removeprefix("v"))
        assert version in ledger.possible(f"p{number}")
        assert users[f"st{number}"]["status"] in ledger.possible(f"st{number}")
        assert json.loads(admin.group_info(f"g{number}")).get("members", []) in ledger.possible(f"g{number}")
        assert state_of(server, number) in ledger.possible(f"rm{number}")
        # Whoever was in between can be gone on with.
        if state_of(server, number) == "absent":
            admin.user_add(f"rm{number}", SECRET)
        admin.user_remove(f"rm{number}")
        assert state_of(server, number) == "absent"
    server.stop()
    server.judge()
