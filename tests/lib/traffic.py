#!/usr/bin/env python3
"""Heavy traffic by several clients at once, and what has to hold through it.

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
import threading
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


def essence(message):
    """What two views of a message must agree on."""
    return (message["text"], bool(message.get("deleted_at")),
            message.get("parent_id"), message.get("reply_count", 0),
            bool(message.get("pinned_at")), message["seq"],
            tuple(sorted((r["emoji"], r["count"])
                         for r in message.get("reactions", []))))


class Writer(threading.Thread):
    """Says and does things at random; remembers what it may change."""

    def __init__(self, token, seed, count, mine=True):
        super().__init__()
        self.token, self.count = token, count
        self.dice = random.Random(seed)
        self.made, self.failure = [], None

    def step(self, client):
        dice, made = self.dice, self.made
        what = dice.random()
        if not made or what < 0.4:
            fields = {"type": "message.send", "channel_id": CHANNEL,
                      "text": f"text {dice.randrange(10 ** 6)}"}
            if made and dice.random() < 0.3:
                fields["parent_id"] = dice.choice(made)
                fields["in_channel"] = dice.random() < 0.5
            answer = client.ask(**fields)
            if answer["type"] == "ack":
                made.append(answer["result"]["message_id"])
            return answer
        target = dice.choice(made)
        if what < 0.6:
            return client.ask(type="message.update", message_id=target,
                              text=f"edited {dice.randrange(10 ** 6)}")
        if what < 0.65:
            return client.ask(type="message.delete", message_id=target)
        return client.ask(
            type=dice.choice(["reaction.add", "reaction.remove"]),
            message_id=target, emoji=dice.choice([":a:", ":b:", "\U0001f44d"]))

    def run(self):
        try:
            client = Client(self.token)
            for _ in range(self.count):
                answer = self.step(client)
                code = answer.get("error", {}).get("code")
                # What was deleted can be changed no more.
                if code not in (None, "not_found"):
                    raise AssertionError(str(answer))
                client.queue.clear()
            client.close()
        except BaseException as error:  # told by the main thread
            self.failure = error


def finish(threads):
    for thread in threads:
        thread.join(120)
        if thread.is_alive():
            raise AssertionError("a client hangs")
        if thread.failure:
            raise thread.failure


class Watcher(threading.Thread):
    """Keeps a copy by sync and live events, through many reconnections."""

    def __init__(self, token, seed, busy):
        super().__init__()
        self.token, self.busy = token, busy
        self.dice = random.Random(seed)
        self.state, self.seq, self.failure = {}, None, None
        self.rounds = 0

    def put(self, message):
        have = self.state.get(message["id"])
        if have is None or message["seq"] > have["seq"]:
            self.state[message["id"]] = message

    def apply(self, event):
        """A live event, once its seq is above what there is."""
        kind, seq = event["type"], event["seq"]
        if kind in ("message.new", "message.updated"):
            self.put(event["message"])
            if "parent" in event:
                parent = self.state.get(event["parent"]["id"])
                if parent is not None and parent["seq"] < seq:
                    parent.update(event["parent"], seq=seq)
            return
        message = self.state.get(event.get("message_id"))
        if message is None or message["seq"] >= seq:
            return
        message["seq"] = seq
        if kind == "message.deleted":
            for key in ("reactions", "pinned_at"):
                message.pop(key, None)
            message.update(text="", deleted_at=event["deleted_at"])
        elif kind in ("reaction.new", "reaction.deleted"):
            left = [r for r in message.get("reactions", [])
                    if r["emoji"] != event["emoji"]]
            if event["count"]:
                left.append({"emoji": event["emoji"],
                             "count": event["count"]})
            message["reactions"] = left

    def live(self, events, upto):
        """Events in seq order that join what is known without a hole."""
        for event in events:
            if event.get("channel_id") != CHANNEL or "seq" not in event:
                continue
            if event["seq"] > upto + 1:
                raise AssertionError(f"a hole: {event['seq']} after {upto}")
            self.apply(event)
            upto = max(upto, event["seq"])
        return upto

    def whole(self):
        self.state = everything(self.token)

    def session(self, seconds):
        client = Client(self.token)
        known = {} if self.seq is None else {CHANNEL: self.seq}
        answer = client.ask(type="sync", channels=known, limit=1000)
        if answer["type"] != "ack":
            raise AssertionError(str(answer))
        upto, events = self.seq, []
        for message in client.queue:
            if message["type"] != "sync.channel":
                events.append(message)
                continue
            if message.get("channel", {}).get("id") != CHANNEL:
                continue
            upto = message["channel"]["seq"]
            if message["truncated"] or self.seq is None:
                self.whole()
            for one in message["messages"]:
                self.put(one)
        client.queue.clear()
        self.seq = self.live(events, upto)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            event = client.take(0.05)
            if event is not None:
                self.seq = self.live([event], self.seq)
        client.close()
        self.rounds += 1

    def run(self):
        try:
            while self.busy():
                self.session(self.dice.random() * 0.6)
            self.session(1)
        except BaseException as error:  # told by the main thread
            self.failure = error


def compare(state, token, whose):
    fresh = everything(token)
    if set(fresh) - set(state):
        raise AssertionError(
            f"{whose} lacks {len(set(fresh) - set(state))} messages")
    for key, message in fresh.items():
        if essence(message) != essence(state[key]):
            raise AssertionError(f"{whose} has {essence(state[key])} where "
                                 f"{essence(message)} is")


def hybrid():
    """Sync and live events, joined again and again, give the whole truth."""
    writers = [Writer(token, SEED + i, 120)
               for i, token in enumerate(TOKENS[:4])]
    watchers = [Watcher(token, SEED + 100 + i,
                        lambda: any(w.is_alive() for w in writers))
                for i, token in enumerate(TOKENS[4:6])]
    for thread in writers + watchers:
        thread.start()
    finish(writers)
    finish(watchers)
    for i, watcher in enumerate(watchers):
        if watcher.rounds < 3:
            raise AssertionError("the watchers hardly synced")
        compare(watcher.state, watcher.token, f"watcher {i}")


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


class Listener(threading.Thread):
    """Writes down every durable event of the channel."""

    def __init__(self, token, busy):
        super().__init__()
        self.client, self.busy = Client(token), busy
        self.seen, self.failure = [], None

    def run(self):
        try:
            quiet = 0
            while quiet < 20:
                event = self.client.take(0.1)
                if event is None:
                    quiet = 0 if self.busy() else quiet + 1
                elif event.get("channel_id") == CHANNEL and "seq" in event:
                    self.seen.append((event["seq"], event["type"],
                                      event.get("message_id") or
                                      event["message"]["id"]))
        except BaseException as error:  # told by the main thread
            self.failure = error


def order():
    """Eight senders at once: everybody sees one order, without gaps."""
    writers = [Writer(token, SEED + i, 60)
               for i, token in enumerate(TOKENS[:8])]
    listeners = [Listener(token, lambda: any(w.is_alive() for w in writers))
                 for token in TOKENS[4:8]]
    for thread in listeners + writers:
        thread.start()
    finish(writers)
    finish(listeners)
    first = listeners[0].seen
    if len(first) < 300:
        raise AssertionError("hardly anything was heard")
    if any(listener.seen != first for listener in listeners):
        raise AssertionError("two clients saw different orders")
    for before, after in zip(first, first[1:]):
        if after[0] != before[0] + 1:
            raise AssertionError(f"seq {after[0]} follows {before[0]}")


def fill(client, count):
    """Large messages down the channel; the time of the slowest answer."""
    worst = 0
    for i in range(count):
        began = time.monotonic()
        answer = client.ask(type="message.send", channel_id=CHANNEL,
                            text=f"{i} " + "x" * 3900)
        worst = max(worst, time.monotonic() - began)
        if answer["type"] != "ack":
            raise AssertionError(str(answer))
        client.queue.clear()
    return worst


def slow():
    """Who does not drain is let go with 4008, alone, and loses nothing."""
    sender, quick = Client(TOKENS[0]), Client(TOKENS[1])
    lazy = Client(TOKENS[2], small=True)
    known = rest("GET", f"/v1/channels/{CHANNEL}",
                 TOKENS[2])["channel"]["seq"]
    count, heard = 0, 0
    # More than its limit and what the kernel takes for both ends.
    while count < 1200:
        fill(sender, 20)
        count += 20
        while quick.take(0) is not None:
            heard += 1
    end = time.monotonic() + 20
    while heard < count and time.monotonic() < end:
        heard += quick.take(1) is not None
    if heard < count:
        raise AssertionError(f"the quick one heard {heard} of {count}")
    code, got = None, 0
    try:
        while lazy.take(5) is not None:
            got += 1
    except Gone as gone:
        code = gone.args[0]
    if got >= count:
        raise AssertionError("the lazy one was not slow enough to tell")
    if code not in (4008, 0):
        raise AssertionError(f"the lazy one was closed with {code}")
    back = Client(TOKENS[2])
    answer = back.ask(type="sync", channels={CHANNEL: known}, limit=1000)
    entry = [m for m in back.queue if m["type"] == "sync.channel" and
             m["channel"]["id"] == CHANNEL]
    if answer["type"] != "ack" or len(entry) != 1:
        raise AssertionError("no sync after it")
    if entry[0]["channel"]["seq"] < known + count:
        raise AssertionError("the sync does not know of all")


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
                 for f in (hybrid, unread, order, slow, lagged)}
    try:
        scenarios[scenario]()
    except (AssertionError, Gone, OSError, KeyError) as error:
        print(f"{type(error).__name__}: {error} (SEED={SEED})")
        sys.exit(1)


main()
