#!/usr/bin/env python3
"""What takes many commands to see: counts at random, and a slow reader.

    traffic.py SCENARIO PORT CHANNEL TOKEN...

Standard library only. Silent and 0 where all held; else a sentence and 1. The
order of what happens is drawn from a seed ($SEED) that a failure names.
"""
import base64
import json
import os
import random
import select
import socket
import struct
import sys
import time
import urllib.error
import urllib.request

PORT, CHANNEL, TOKENS = 0, "", []
LAGGED = 1780  # messages of 4 KB: with what the kernel takes, past half of 8M
SEED = int(os.environ.get("SEED", "20261124"))


class Gone(Exception):
    """The connection ended: args[0] is the close code, 0 for none."""


class Client:
    """One WebSocket."""

    def __init__(self, token, small=False):
        self.sock = socket.socket()
        if small:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.sock.connect(("127.0.0.1", PORT))
        key = base64.b64encode(os.urandom(16)).decode()
        self.sock.sendall(
            ("GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
             "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
             f"Sec-WebSocket-Key: {key}\r\n"
             f"Authorization: Bearer {token}\r\n\r\n").encode())
        self.bytes = b""
        self.refs = 0
        self.queue = []
        while b"\r\n\r\n" not in self.bytes:
            self.more(10)
        self.bytes = self.bytes.split(b"\r\n\r\n", 1)[1]
        self.hello = self.take(10)

    def more(self, seconds):
        if not select.select([self.sock], [], [], seconds)[0]:
            return False
        try:
            data = self.sock.recv(1 << 18)
        except OSError:
            data = b""
        if not data:
            raise Gone(0)
        self.bytes += data
        return True

    def frame(self):
        """The next whole frame (opcode, payload), or None."""
        data = self.bytes
        if len(data) < 2:
            return None
        size, at = data[1] & 127, 2
        if size == 126:
            if len(data) < 4:
                return None
            size, at = struct.unpack(">H", data[2:4])[0], 4
        elif size == 127:
            if len(data) < 10:
                return None
            size, at = struct.unpack(">Q", data[2:10])[0], 10
        if len(data) < at + size:
            return None
        self.bytes = data[at + size:]
        return data[0] & 15, data[at:at + size]

    def take(self, seconds):
        """The next message, or None."""
        end = time.monotonic() + seconds
        while True:
            frame = self.frame()
            if frame is None:
                if not self.more(max(0, end - time.monotonic())):
                    return None
                continue
            if frame[0] == 8:
                code = struct.unpack(">H", frame[1][:2])[0] if frame[1] else 0
                raise Gone(code)
            if frame[0] == 1:
                return json.loads(frame[1])

    def send(self, **fields):
        data = json.dumps(fields).encode()
        mask = os.urandom(4)
        head = (bytes([0x81, 0x80 | len(data)]) if len(data) < 126 else
                b"\x81\xfe" + struct.pack(">H", len(data)))
        wide = (mask * (len(data) // 4 + 1))[:len(data)]
        body = (int.from_bytes(data, "big") ^
                int.from_bytes(wide, "big")).to_bytes(len(data), "big")
        self.sock.sendall(head + mask + body)

    def ask(self, **fields):
        """Sends a command and waits for its answer; events are queued."""
        self.refs += 1
        ref = str(self.refs)
        self.send(ref=ref, **fields)
        while True:
            message = self.take(30)
            if message is None:
                raise AssertionError(f"no answer to {fields['type']}")
            if message.get("ref") == ref and message["type"] in ("ack",
                                                                 "error"):
                return message
            self.queue.append(message)

    def close(self):
        self.sock.close()


def rest(method, path, token, body=None):
    request = urllib.request.Request(
        f"http://127.0.0.1:{PORT}{path}", method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token}",
                 "Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
            return json.loads(text) if text else None
    except urllib.error.HTTPError as error:
        raise AssertionError(
            f"{method} {path}: {error.code} {error.read()[:200]}") from None


def everything(token):
    """Every message of the channel, replies too, freshly fetched."""
    found, cursor = {}, ""
    while True:
        page = rest("GET", f"/v1/channels/{CHANNEL}/messages?limit=200"
                    f"{cursor}", token)
        for message in page["messages"]:
            found[message["id"]] = message
        if not page["has_more"]:
            break
        cursor = "&before=" + page["messages"][0]["id"]
    for message in list(found.values()):
        if not message.get("reply_count"):
            continue
        replies = rest("GET", f"/v1/messages/{message['id']}/replies"
                       "?limit=200", token)
        for reply in replies["messages"]:
            found[reply["id"]] = reply
    return found


def recount(user_id, token, mark):
    """unread_count and mention_count by the words of the protocol."""
    unread = pinged = 0
    for message in everything(token).values():
        if (message["user"]["id"] == user_id or message.get("deleted_at") or
                int(message["id"]) <= mark):
            continue
        if not message.get("parent_id") or message.get("in_channel"):
            unread += 1
        if (user_id in message.get("mentions", []) or
                message.get("mentions_all")):
            pinged += 1
    return unread, pinged


def unread():
    """Counts equal a recount after every sequence of what people do."""
    dice = random.Random(SEED)
    clients = [Client(token) for token in TOKENS[:3]]
    names = [client.hello["user"]["username"] for client in clients]
    ids = [client.hello["user"]["id"] for client in clients]
    made, marks = [], [0, 0, 0]
    for who in range(3):
        my = rest("GET", f"/v1/channels/{CHANNEL}", TOKENS[who])["channel"]
        marks[who] = int(my["my"].get("last_read_message_id", 0))
    for turn in range(150):
        who, what = dice.randrange(3), dice.random()
        client = clients[who]
        words = " ".join(dice.choice(["so", "@" + dice.choice(names),
                                      "@channel", "well", "x"])
                         for _ in range(3))
        if what < 0.45 or not made:
            fields = {"type": "message.send", "channel_id": CHANNEL,
                      "text": words}
            if made and dice.random() < 0.4:
                fields.update(parent_id=dice.choice(made)[1],
                              in_channel=dice.random() < 0.5)
            answer = client.ask(**fields)
            made.append((who, answer["result"]["message_id"]))
        elif what < 0.6:
            author, target = dice.choice(made)
            clients[author].ask(type="message.update", message_id=target,
                                text=words)
        elif what < 0.7:
            author, target = dice.choice(made)
            clients[author].ask(type="message.delete", message_id=target)
        else:
            target = dice.choice(made)[1]
            client.ask(type="read.mark", channel_id=CHANNEL,
                       message_id=target)
            marks[who] = max(marks[who], int(target))
        if turn % 5 != 0:
            continue
        for reader in range(3):
            my = rest("GET", f"/v1/channels/{CHANNEL}",
                      TOKENS[reader])["channel"]["my"]
            got = (my["unread_count"], my["mention_count"])
            want = recount(ids[reader], TOKENS[reader], marks[reader])
            if got != want:
                raise AssertionError(
                    f"turn {turn}: {names[reader]} is told {got}, "
                    f"a recount gives {want}")


def fill(client, count):
    """Large messages down the channel."""
    for i in range(count):
        answer = client.ask(type="message.send", channel_id=CHANNEL,
                            text=f"{i} " + "x" * 3900)
        if answer["type"] != "ack":
            raise AssertionError(str(answer))
        client.queue.clear()


def lagged():
    """Past half of output_bytes what is ephemeral is dropped, and told."""
    sender, lazy = Client(TOKENS[0]), Client(TOKENS[2], small=True)
    marker = Client(TOKENS[1])
    fill(sender, LAGGED)
    ids = [m["id"] for m in rest(
        "GET", f"/v1/channels/{CHANNEL}/messages?limit=200",
        TOKENS[0])["messages"]]
    for one in ids[:100]:
        marker.ask(type="read.mark", channel_id=CHANNEL, message_id=one)
    dropped, messages = 0, 0
    while True:
        message = lazy.take(3)
        if message is None:
            break
        messages += message["type"] == "message.new"
        if message["type"] == "lagged":
            dropped += message["dropped"]
    if messages != LAGGED:
        raise AssertionError(f"{messages} of {LAGGED} messages came")
    if dropped == 0:
        raise AssertionError("nothing was dropped, or nothing said")


def main():
    global PORT, CHANNEL, TOKENS
    scenario, PORT, CHANNEL = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    TOKENS = sys.argv[4:]
    scenarios = {f.__name__: f
                 for f in (unread, lagged)}
    try:
        scenarios[scenario]()
    except (AssertionError, Gone, OSError, KeyError) as error:
        print(f"{type(error).__name__}: {error} (SEED={SEED})")
        sys.exit(1)


main()
