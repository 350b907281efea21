"""A passkey's authenticator (CTAP2 as a browser sees it): ES256 or RS256, user verification, resident; and what it can do wrong."""
import base64
import hashlib
import json
import secrets
import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa


def b64(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def head(major, value):
    """RFC 8949, section 3: the head of an item."""
    if value < 24:
        return bytes([major << 5 | value])
    return bytes([major << 5 | 24, value]) if value < 256 else bytes([major << 5 | 25]) + struct.pack(">H", value)


def cbor(item):
    if isinstance(item, dict):
        return head(5, len(item)) + b"".join(cbor(k) + cbor(v) for k, v in item.items())
    if isinstance(item, bytes):
        return head(2, len(item)) + item
    if isinstance(item, str):
        return head(3, len(item.encode())) + item.encode()
    return head(0, item) if item >= 0 else head(1, -1 - item)


class Authenticator:
    def __init__(self, origin, rp_id, is_rsa=False):
        self.origin, self.rp_id, self.count, self.is_rsa = origin, rp_id, 0, is_rsa
        self.key = rsa.generate_private_key(65537, 2048) if is_rsa else ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(32)

    def public(self):
        numbers = self.key.public_key().public_numbers()
        if self.is_rsa:
            return {1: 3, 3: -257, -1: numbers.n.to_bytes(256, "big"), -2: numbers.e.to_bytes(3, "big")}
        return {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}

    def sign(self, message):
        return self.key.sign(message, padding.PKCS1v15(), hashes.SHA256()) if self.is_rsa else self.key.sign(message, ec.ECDSA(hashes.SHA256()))

    def client(self, kind, asked, **wrong):
        return json.dumps({"type": f"webauthn.{kind}", "challenge": asked, "origin": self.origin, "crossOrigin": False, **wrong}).encode()

    def data(self, flags, rp_id=None, more=b""):
        return hashlib.sha256((rp_id or self.rp_id).encode()).digest() + bytes([flags]) + struct.pack(">I", self.count) + more

    def make(self, asked, flags=0x45, rp_id=None, **wrong):
        """The fields of the form that adds a passkey."""
        data = self.data(flags, rp_id, bytes(16) + struct.pack(">H", len(self.id)) + self.id + cbor(self.public()))
        return {"passkey_client": b64(self.client("create", asked, **wrong)), "passkey_attestation": b64(cbor({"fmt": "none", "attStmt": {}, "authData": data}))}

    def use(self, asked, flags=0x05, rp_id=None, step=1, **wrong):
        """The fields of the form that asks for a second factor."""
        self.count += step
        client, data = self.client("get", asked, **wrong), self.data(flags, rp_id)
        signature = self.sign(data + hashlib.sha256(client).digest())
        return {"passkey_id": b64(self.id), "passkey_client": b64(client), "passkey_data": b64(data), "passkey_signature": b64(signature)}
