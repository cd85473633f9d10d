"""Speaks to the coordinator's sockets as anybody may: libzmq through ctypes, the few messages of the link by hand."""
import ctypes
import ctypes.util
import os
import struct
import time

ZMQ = ctypes.CDLL(ctypes.util.find_library("zmq") or "libzmq.so.5", use_errno=True)
for _name in ("zmq_ctx_new", "zmq_socket"):
    getattr(ZMQ, _name).restype = ctypes.c_void_p
ZMQ.zmq_socket.argtypes = [ctypes.c_void_p, ctypes.c_int]
ZMQ.zmq_connect.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
ZMQ.zmq_send.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int]
ZMQ.zmq_recv.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
ZMQ.zmq_setsockopt.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t]
ZMQ.zmq_close.argtypes = [ctypes.c_void_p]
DEALER, DONTWAIT, EAGAIN = 5, 1, 11
ROUTING_ID, LINGER, RCVTIMEO, SNDTIMEO, SNDHWM = 5, 17, 27, 28, 23
CURVE_PUBLICKEY, CURVE_SECRETKEY, CURVE_SERVERKEY = 48, 49, 50
CONTEXT = None


def context():
    global CONTEXT
    CONTEXT = CONTEXT or ZMQ.zmq_ctx_new()
    return CONTEXT


def keypair():
    public, secret = ctypes.create_string_buffer(41), ctypes.create_string_buffer(41)
    context()
    if ZMQ.zmq_curve_keypair(public, secret) != 0:
        raise RuntimeError("no CURVE in libzmq")
    return public.value, secret.value


class Dealer:
    def __init__(self, endpoint, server_key, keys, timeout_ms=5000):
        self.socket = ZMQ.zmq_socket(context(), DEALER)
        self.number(LINGER, 0)
        self.number(RCVTIMEO, timeout_ms)
        self.number(SNDTIMEO, timeout_ms)
        self.text(ROUTING_ID, b"a" + os.urandom(16))
        self.text(CURVE_SERVERKEY, server_key)
        self.text(CURVE_PUBLICKEY, keys[0])
        self.text(CURVE_SECRETKEY, keys[1])
        ZMQ.zmq_connect(self.socket, endpoint.encode())
        self.buffer = ctypes.create_string_buffer(1 << 16)

    def number(self, option, value):
        ZMQ.zmq_setsockopt(self.socket, option, ctypes.byref(ctypes.c_int(value)), 4)

    def text(self, option, value):
        # Keys as Z85 text count their closing zero.
        size = len(value) + 1 if option in (CURVE_PUBLICKEY, CURVE_SECRETKEY, CURVE_SERVERKEY) else len(value)
        ZMQ.zmq_setsockopt(self.socket, option, ctypes.c_char_p(value), size)

    def send(self, data, flags=0):
        return ZMQ.zmq_send(self.socket, data, len(data), flags) >= 0

    def receive(self):
        size = ZMQ.zmq_recv(self.socket, self.buffer, len(self.buffer), 0)
        return None if size < 0 else self.buffer.raw[:size]

    def close(self):
        ZMQ.zmq_close(self.socket)


# Protobuf, as much of it as is needed.

def varint(value):
    out = bytearray()
    while True:
        out.append(value & 127 | (128 if value > 127 else 0))
        value >>= 7
        if not value:
            return bytes(out)


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def fields(data):
    """Number and value of each field of a message."""
    at = 0

    def number():
        nonlocal at
        shift = value = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        tag = number()
        if tag & 7 == 0:
            yield tag >> 3, number()
        elif tag & 7 == 2:
            size = number()
            yield tag >> 3, data[at:at + size]
            at += size
        elif tag & 7 == 1:
            yield tag >> 3, struct.unpack("<Q", data[at:at + 8])[0]
            at += 8
        else:
            yield tag >> 3, struct.unpack("<I", data[at:at + 4])[0]
            at += 4


HELLO, WELCOME, REPORT_BATCH, REPORT_ACK, PING, PONG = 2, 3, 9, 10, 13, 14


def enrol(join, keys):
    dealer = Dealer(join["enrolment"], join["coordinatorKey"].encode(), keys, 10_000)
    try:
        body = field(1, join["token"]) + field(2, keys[0]) + field(3, "flood") + field(4, join["supervisor"])
        dealer.send(body)
        reply = dict(fields(dealer.receive() or b""))
        if 1 not in reply:
            raise RuntimeError(f"not enrolled: {reply}")
    finally:
        dealer.close()


class Agent:
    """An enrolled agent that greets, reports and waits for each report to be on the coordinator's disk."""

    def __init__(self, join, keys):
        self.dealer = Dealer(join["coordinator"], join["coordinatorKey"].encode(), keys)
        self.epoch, self.sequence = 0, 0
        instance = int.from_bytes(os.urandom(6), "big")
        hello = (field(1, 1) + field(2, 1) + field(3, "flood") + field(4, instance | 1) + field(5, instance)
                 + field(6, instance + 1) + field(10, 1) + field(11, 0))
        self.dealer.send(field(HELLO, hello))
        self.epoch = dict(fields(self.wait(WELCOME)))[2]
        self.frame(PING, field(1, 0))
        self.wait(PONG)

    def frame(self, kind, body):
        return self.dealer.send(field(1, self.epoch) + field(kind, body))

    def wait(self, kind):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            data = self.dealer.receive()
            if data is None:
                continue
            parts = dict(fields(data))
            if kind in parts:
                return parts[kind]
        raise RuntimeError(f"no frame {kind} came")

    def ping(self):
        """Seconds to the coordinator's session and back."""
        began = time.perf_counter()
        self.frame(PING, field(1, self.sequence))
        self.wait(PONG)
        return time.perf_counter() - began

    def report(self):
        """Seconds until a report is on the coordinator's disk and acknowledged."""
        self.sequence += 1
        note = field(1, "Flood") + field(2, "m")
        report = field(1, self.sequence) + field(2, int(time.time() * 1000)) + field(13, note)
        began = time.perf_counter()
        self.frame(REPORT_BATCH, field(1, field(1, self.sequence) + field(2, report)))
        while True:
            ack = dict(fields(self.wait(REPORT_ACK)))
            if ack.get(1, 0) >= self.sequence:
                return time.perf_counter() - began
