"""CPython's own hmac and json on seed-v0: random documents printed alike, and requests signed to our gateway."""
import base64
import hashlib
import hmac
import http.client
import json
import random
import struct
import subprocess
import sys
import time

program, port, secret = sys.argv[1], int(sys.argv[2]), sys.argv[3]
chance = random.Random(20261123)
DOCUMENTS = 20000


def text():
    kinds = [
        lambda: chance.randrange(0x20, 0x7F),
        lambda: chance.randrange(0x0, 0x20),
        lambda: chance.randrange(0x7F, 0x800),
        lambda: chance.choice([0x2028, 0x2029, 0xFEFF, 0xFFFD, 0xE000, 0xD7FF, 0xFFFF]),
        lambda: chance.randrange(0x10000, 0x110000),
    ]
    return "".join(chr(chance.choice(kinds)()) for _ in range(chance.randrange(8)))


def number():
    kind = chance.randrange(6)
    if kind == 0:
        return chance.randrange(-1000, 1000)
    if kind == 1:
        return chance.randrange(-(10 ** 40), 10 ** 40)
    if kind == 2:
        while True:
            value = struct.unpack("<d", struct.pack("<Q", chance.getrandbits(64)))[0]
            if value == value and value not in (float("inf"), float("-inf")):
                return value
    if kind == 3:
        return chance.randrange(-10 ** 18, 10 ** 18) / 10 ** chance.randrange(0, 20)
    if kind == 4:
        return float(10 ** chance.randrange(0, 25))
    return chance.choice([0, -0.0, 0.0, 1e16, 9999999999999998.0, 1e-4, 1e-5, 0.1, 5e-324, 1.7976931348623157e308])


def value(depth=0):
    kind = chance.randrange(9 if depth < 5 else 6)
    if kind < 2:
        return number()
    if kind < 4:
        return text()
    if kind == 4:
        return chance.choice([True, False, None])
    if kind == 5:
        return []
    if kind < 7:
        return [value(depth + 1) for _ in range(chance.randrange(5))]
    return {text(): value(depth + 1) for _ in range(chance.randrange(6))}


def spelled(document):
    separators = chance.choice([(",", ":"), (", ", ": "), (" ,\t", " :\n")])
    return json.dumps(document, ensure_ascii=chance.random() < 0.5, separators=separators).encode()


def canonical(body):
    return json.dumps(json.loads(body), sort_keys=True)


def compare():
    bodies = [spelled(value()) for _ in range(DOCUMENTS)]
    lines = "".join(base64.b64encode(body).decode() + "\n" for body in bodies)
    printed = subprocess.run(["dotnet", program, "canonical"], input=lines, capture_output=True, text=True, check=True).stdout.splitlines()
    assert len(printed) == len(bodies), (len(printed), len(bodies))
    for body, ours in zip(bodies, printed):
        assert ours == canonical(body), (body, ours, canonical(body))


def post(path, body, timestamp, signature, key="client_123"):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("POST", path, body, {"Content-Type": "application/json", "X-API-Key": key, "X-Timestamp": timestamp, "X-Signature": signature})
    response = connection.getresponse()
    return response.status, response.read().decode(), response.getheader("Sunset")


def sign(body, timestamp):
    return hmac.new(secret.encode(), (timestamp + ":" + canonical(body)).encode(), hashlib.sha256).hexdigest()


def send():
    for i in range(200):
        body = spelled({"n": i, "v": value()})
        timestamp = str(int(time.time()))
        signature = sign(body, timestamp)
        status, answer, sunset = post("/seed/chat", body, timestamp, signature)
        assert (status, answer) == (200, "client_123") and sunset, (status, answer, body)
        assert post("/seed/chat", body, timestamp, signature)[0] == 401, "a copy passed"
        assert "signature_coverage" in post("/elsewhere", body, timestamp, signature)[1], "another path passed"
        changed = spelled({"n": -i - 1, "v": None})
        assert "signature_invalid" in post("/seed/chat", changed, timestamp, signature)[1], "other content passed"
        assert "signature_invalid" in post("/seed/chat", body, timestamp, signature, "client_124")[1], "another key passed"


compare()
send()
print(f"seed-v0: {DOCUMENTS} documents printed as CPython prints them, 200 requests signed by it")
