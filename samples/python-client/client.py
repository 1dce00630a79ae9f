#!/usr/bin/env python3
"""A client of an Ordo.Sync hub in plain Python, written from docs/protocol.md alone: no package, none of the engine's code.

    python3 samples/python-client/client.py http://127.0.0.1:5080/sync course/AAA-2013J

It says hello, pushes one record, pulls the scope as a second replica that knows nothing, and checks that what it wrote comes
back, that a repeated push changes nothing, and that an edit supersedes what its editor knew. HUB_TOKEN holds a bearer token,
where the hub wants one.
"""
import json
import os
import struct
import sys
import time
import urllib.error
import urllib.request

MEDIA_TYPE = "application/vnd.ordo-sync"
LAST_WRITE_WINS = 1
NO_ID = bytes(16)


# MessagePack, as much of it as the protocol uses (docs/protocol.md, Encoding).

def pack(value):
    if value is None:
        return b"\xc0"
    if value is True or value is False:
        return b"\xc3" if value else b"\xc2"
    if isinstance(value, int):
        if 0 <= value < 0x80:
            return bytes([value])
        return b"\xcf" + struct.pack(">Q", value) if value >= 0 else b"\xd3" + struct.pack(">q", value)
    if isinstance(value, bytes):
        return b"\xc6" + struct.pack(">I", len(value)) + value
    if isinstance(value, str):
        text = value.encode()
        return b"\xdb" + struct.pack(">I", len(text)) + text
    if isinstance(value, list):
        return b"\xdd" + struct.pack(">I", len(value)) + b"".join(map(pack, value))
    if isinstance(value, dict):
        return b"\xdf" + struct.pack(">I", len(value)) + b"".join(pack(k) + pack(v) for k, v in value.items())
    raise TypeError(type(value))


class Reader:
    SIZES = {0xc4: 1, 0xc5: 2, 0xc6: 4, 0xd9: 1, 0xda: 2, 0xdb: 4, 0xdc: 2, 0xdd: 4, 0xde: 2, 0xdf: 4}
    NUMBERS = {0xcc: ">B", 0xcd: ">H", 0xce: ">I", 0xcf: ">Q", 0xd0: ">b", 0xd1: ">h", 0xd2: ">i", 0xd3: ">q",
               0xca: ">f", 0xcb: ">d"}

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        if self.at + count > len(self.data):
            raise ValueError("the message ends too early")
        self.at += count
        return self.data[self.at - count:self.at]

    def value(self):
        lead = self.take(1)[0]
        if lead < 0x80 or lead >= 0xe0:
            return lead if lead < 0x80 else lead - 0x100
        if lead < 0x90:
            return self.map(lead & 0x0f)
        if lead < 0xa0:
            return self.list(lead & 0x0f)
        if lead < 0xc0:
            return self.take(lead & 0x1f).decode()
        if lead in (0xc0, 0xc2, 0xc3):
            return {0xc0: None, 0xc2: False, 0xc3: True}[lead]
        if lead in self.NUMBERS:
            form = self.NUMBERS[lead]
            return struct.unpack(form, self.take(struct.calcsize(form)))[0]
        size = int.from_bytes(self.take(self.SIZES[lead]), "big")
        if lead <= 0xc6:
            return self.take(size)
        return self.take(size).decode() if lead <= 0xdb else self.list(size) if lead <= 0xdd else self.map(size)

    def list(self, count):
        return [self.value() for _ in range(count)]

    def map(self, count):
        return {self.value(): self.value() for _ in range(count)}


def unpack(data):
    reader = Reader(data)
    value = reader.value()
    if reader.at != len(data):
        raise ValueError("something follows the message")
    return value


class Hub:
    def __init__(self, base, token=None):
        self.base, self.token = base.rstrip("/"), token

    def ask(self, path, message, kind):
        request = urllib.request.Request(f"{self.base}/v1/{path}", pack(message), {"Content-Type": MEDIA_TYPE})
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        try:
            with urllib.request.urlopen(request) as answer:
                if answer.headers.get_content_type() != MEDIA_TYPE:
                    raise SystemExit("That is no hub.")
                body = unpack(answer.read())
        except urllib.error.HTTPError as refused:
            problem = json.loads(refused.read() or b"{}")
            raise SystemExit(f"Refused with {refused.code}: {problem.get('title')}: {problem.get('detail')}") from None
        if body[0] != kind:
            raise ValueError(f"message {body[0]} instead of {kind}")
        return body


def vector(entries):
    """A dictionary from id to counter as a message's vector: sorted by id."""
    return [part for pair in sorted(entries.items()) for part in pair]


def dictionary(flat):
    return dict(zip(flat[::2], flat[1::2]))


class Replica:
    """What a replica holds of one scope. A real one keeps all of it on a disk, and its id and counter above all."""

    def __init__(self, hub, scope):
        self.hub, self.scope, self.id = hub, scope, os.urandom(16)
        self.counter, self.clock, self.lease = 0, 0, NO_ID
        self.known, self.forgotten, self.hub_known, self.records = {}, {}, {}, {}
        hello = hub.ask("hello", [1, 1, 1, self.id, [["python_notes", LAST_WRITE_WINS]]], kind=2)
        if hello[6]:
            raise SystemExit(f"The hub knows {hello[6]} otherwise.")
        self.offset = hello[3] - int(time.time() * 1000)

    def put(self, key, fields):
        self.counter += 1
        now = (int(time.time() * 1000) + self.offset) << 16
        self.clock = max(now, self.clock + 1)
        self.known[self.id] = self.counter
        self.records["python_notes", key] = [self.id, self.counter, self.clock, "python", pack(fields)]

    def push(self):
        ids = sorted({*self.known, *self.forgotten})
        place = {replica: at for at, replica in enumerate(ids)}
        base = {replica: min(count, self.known[replica]) for replica, count in self.hub_known.items() if replica in self.known}
        records = [[0, key, [[place[version[0]], *version[1:]]]]
                   for (_, key), version in sorted(self.records.items())
                   if version[1] > self.hub_known.get(version[0], 0)]
        page = pack([7, self.scope, b"".join(ids), [["python_notes", LAST_WRITE_WINS]], self.indexed(place, base),
                     self.indexed(place, self.known), self.indexed(place, self.forgotten), self.clock, False, None, records])
        lease = os.urandom(15) + bytes([os.urandom(1)[0] | 1])  # odd: even ones are refusals
        answer = self.hub.ask("push", [5, self.scope, self.id, NO_ID, 0, True, page, self.lease, lease], kind=6)
        if answer[1] == 1:
            self.hub_known, self.lease = dictionary(answer[4]), answer[8]
        return answer

    def pull(self):
        answer = self.hub.ask(
            "pull", [3, self.scope, self.id, os.urandom(16), NO_ID, vector(self.known), 1 << 21, None, None], kind=4)
        if answer[1] != 2 or answer[5] is not None:
            raise SystemExit(f"status {answer[1]}: this sample reads scopes of one page in their first generation")
        self.apply(unpack(answer[8]))
        return answer

    def apply(self, page):
        ids = [page[2][at:at + 16] for at in range(0, len(page[2]), 16)]
        named = [{ids[at]: count for at, count in zip(flat[::2], flat[1::2])} for flat in page[4:7]]
        base, known, forgotten = named
        if any(count > self.known.get(replica, 0) for replica, count in base.items()):
            raise ValueError("BaseMissing")
        for collection, key, versions, *_ in page[10]:
            name = page[3][collection][0], key
            held = self.records.get(name)
            listed = [(ids[version[0]], version[1]) for version in versions]
            kept = [held] if held and (tuple(held[:2]) in listed or held[1] > known.get(held[0], 0)) else []
            kept += [[ids[version[0]], *version[1:]] for version in versions
                     if len(version) > 2 and version[1] > self.known.get(ids[version[0]], 0)]
            if kept:
                self.records[name] = max(kept, key=lambda version: (version[2], version[0], version[1]))
            else:
                self.records.pop(name, None)
        for mine, theirs in ((self.known, known), (self.forgotten, forgotten)):
            for replica, count in theirs.items():
                mine[replica] = max(mine.get(replica, 0), count)
        self.clock = max(self.clock, page[7])

    @staticmethod
    def indexed(place, entries):
        return [part for replica, count in sorted(entries.items()) for part in (place[replica], count)]


def check(holds, what):
    if not holds:
        raise SystemExit(f"FAILED: {what}")
    print(f"ok: {what}")


def main(base, scope):
    hub = Hub(base, os.environ.get("HUB_TOKEN"))
    key = f"from-python/{os.urandom(4).hex()}"
    writer = Replica(hub, scope)
    writer.pull()
    writer.put(key, {"text": "hello from Python", "score": 7})
    pushed = writer.push()
    check(pushed[1] == 1 and dictionary(pushed[4]).get(writer.id) == 1, "the push is applied and acknowledged")
    check(writer.lease != NO_ID, "the hub holds the lease that was proposed")

    reader = Replica(hub, scope)
    pulled = reader.pull()
    version = reader.records["python_notes", key]
    check(unpack(version[4]) == {"text": "hello from Python", "score": 7}, "another replica pulls the record")
    check(version[:4] == [writer.id, 1, writer.clock, "python"], "its version, timestamp and author are what was written")

    writer.hub_known.pop(writer.id)
    again = writer.push()
    check(again[1] == 1 and again[6] == pulled[4], "the same push once more changes nothing")
    writer.put(key, {"text": "edited", "score": 8})
    writer.push()
    reader.pull()
    check(unpack(reader.records["python_notes", key][4])["text"] == "edited", "an edit supersedes what its editor knew")
    before = dict(reader.known), dict(reader.records)
    reader.pull()
    check((reader.known, reader.records) == before, "a pull with nothing new moves nothing")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(sys.argv[1], sys.argv[2])
