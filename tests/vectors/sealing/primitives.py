"""X25519, Ed25519, XSalsa20- and XChaCha20-Poly1305 and NaCl's sealed box, written from their descriptions: nothing of libsodium, so that a
mistake in how we call it can't hide. Slow and not in constant time: for vectors only.

Sources: RFC 7748, RFC 8032, RFC 8439, draft-irtf-cfrg-xchacha-03, "Extending the Salsa20 nonce", "Cryptography in NaCl"."""
import hashlib
import struct

P = 2 ** 255 - 19
WORD = 0xFFFFFFFF
SIGMA = struct.unpack("<4I", b"expand 32-byte k")


def x25519(scalar, point):
    k = int.from_bytes(scalar, "little") & ~7 & ~(1 << 255) | 1 << 254
    u = int.from_bytes(point, "little") & ((1 << 255) - 1)
    x2, z2, x3, z3, swapped = 1, 0, u, 1, 0
    for bit in range(254, -1, -1):
        now = k >> bit & 1
        if now != swapped:
            x2, z2, x3, z3 = x3, z3, x2, z2
        swapped = now
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        aa, bb, da, cb = a * a % P, b * b % P, d * a % P, c * b % P
        e = aa - bb
        x3, z3 = (da + cb) ** 2 % P, u * (da - cb) ** 2 % P
        x2, z2 = aa * bb % P, e * (aa + 121665 * e) % P
    if swapped:
        x2, z2 = x3, z3
    return (x2 * pow(z2, P - 2, P) % P).to_bytes(32, "little")


def public_of(secret):
    return x25519(secret, (9).to_bytes(32, "little"))


# Ed25519 on plain numbers: points as (x, y), added by the curve's own law (RFC 8032, 5.1).
D = -121665 * pow(121666, P - 2, P) % P
ORDER = 2 ** 252 + 27742317777372353535851937790883648493


def added(a, b):
    (x1, y1), (x2, y2) = a, b
    product = D * x1 * x2 * y1 * y2 % P
    return ((x1 * y2 + x2 * y1) * pow(1 + product, P - 2, P) % P, (y1 * y2 + x1 * x2) * pow(1 - product, P - 2, P) % P)


def base_point():
    y = 4 * pow(5, P - 2, P) % P
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    return (P - x if x % 2 else x, y)


def times(number):
    out, step = (0, 1), base_point()
    while number:
        if number & 1:
            out = added(out, step)
        step, number = added(step, step), number >> 1
    return (out[1] | (out[0] & 1) << 255).to_bytes(32, "little")


def signer(seed):
    half = hashlib.sha512(seed).digest()
    return int.from_bytes(half[:32], "little") & ~7 & ~(1 << 255) | 1 << 254, half[32:]


def sign_public_of(seed):
    return times(signer(seed)[0] & (1 << 255) - 1)


def sign(seed, text):
    def number(*parts):
        return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % ORDER
    secret, prefix = signer(seed)
    secret &= (1 << 255) - 1
    once = number(prefix, text)
    point = times(once)
    return point + ((once + number(point, times(secret), text) * secret) % ORDER).to_bytes(32, "little")


def rotate(word, bits):
    return (word << bits | word >> (32 - bits)) & WORD


def chacha_rounds(words):
    x = list(words)
    for _ in range(10):
        for a, b, c, d in ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
                           (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)):
            x[a] = x[a] + x[b] & WORD
            x[d] = rotate(x[d] ^ x[a], 16)
            x[c] = x[c] + x[d] & WORD
            x[b] = rotate(x[b] ^ x[c], 12)
            x[a] = x[a] + x[b] & WORD
            x[d] = rotate(x[d] ^ x[a], 8)
            x[c] = x[c] + x[d] & WORD
            x[b] = rotate(x[b] ^ x[c], 7)
    return x


def salsa_rounds(words):
    x = list(words)
    for _ in range(10):
        for a, b, c, d in ((0, 4, 8, 12), (5, 9, 13, 1), (10, 14, 2, 6), (15, 3, 7, 11),
                           (0, 1, 2, 3), (5, 6, 7, 4), (10, 11, 8, 9), (15, 12, 13, 14)):
            x[b] ^= rotate(x[a] + x[d] & WORD, 7)
            x[c] ^= rotate(x[b] + x[a] & WORD, 9)
            x[d] ^= rotate(x[c] + x[b] & WORD, 13)
            x[a] ^= rotate(x[d] + x[c] & WORD, 18)
    return x


def block(rounds, words):
    return struct.pack("<16I", *(a + b & WORD for a, b in zip(rounds(words), words)))


def chacha_words(key, last_16):
    return SIGMA + struct.unpack("<8I", key) + struct.unpack("<4I", last_16)


def salsa_words(key, middle_16):
    k, n = struct.unpack("<8I", key), struct.unpack("<4I", middle_16)
    return (SIGMA[0], *k[:4], SIGMA[1], *n, SIGMA[2], *k[4:], SIGMA[3])


def hchacha20(key, nonce_16):
    x = chacha_rounds(chacha_words(key, nonce_16))
    return struct.pack("<8I", *x[:4], *x[12:])


def hsalsa20(key, nonce_16):
    x = salsa_rounds(salsa_words(key, nonce_16))
    return struct.pack("<8I", x[0], x[5], x[10], x[15], *x[6:10])


def chacha20(key, nonce_12, counter, size):
    blocks = range(counter, counter + -(-size // 64))
    return b"".join(block(chacha_rounds, chacha_words(key, struct.pack("<I", n) + nonce_12)) for n in blocks)[:size]


def xsalsa20(key, nonce_24, size):
    inner = hsalsa20(key, nonce_24[:16])
    return b"".join(block(salsa_rounds, salsa_words(inner, nonce_24[16:] + struct.pack("<Q", n))) for n in range(-(-size // 64)))[:size]


def poly1305(key, message):
    r = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    total = 0
    for start in range(0, len(message), 16):
        total = (total + int.from_bytes(message[start:start + 16] + b"\1", "little")) * r % (2 ** 130 - 5)
    return ((total + int.from_bytes(key[16:32], "little")) % 2 ** 128).to_bytes(16, "little")


def xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b))


def xchacha20_poly1305(key, nonce_24, text, associated):
    inner, nonce = hchacha20(key, nonce_24[:16]), bytes(4) + nonce_24[16:]
    cipher = xor(text, chacha20(inner, nonce, 1, len(text)))
    filled = b"".join(part + bytes(-len(part) % 16) for part in (associated, cipher))
    return cipher + poly1305(chacha20(inner, nonce, 0, 32), filled + struct.pack("<QQ", len(associated), len(cipher)))


def box(secret, public, nonce_24, text):
    stream = xsalsa20(hsalsa20(x25519(secret, public), bytes(16)), nonce_24, 32 + len(text))
    cipher = xor(text, stream[32:])
    return poly1305(stream[:32], cipher) + cipher


def sealed_box(ephemeral_secret, public, text):
    ephemeral = public_of(ephemeral_secret)
    nonce = hashlib.blake2b(ephemeral + public, digest_size=24).digest()
    return ephemeral + box(ephemeral_secret, public, nonce, text)


def check_published():
    """The examples of RFC 7748 (6.1), RFC 8032 (7.1), NaCl (its box of Alice and Bob) and draft-irtf-cfrg-xchacha-03 (A.3.1)."""
    h = bytes.fromhex
    alice = h("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")
    bob = h("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f")
    assert public_of(alice) == h("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a")
    assert x25519(alice, bob) == h("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742")
    seed = h("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    assert sign_public_of(seed) == h("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    assert sign(seed, h("72")) == h("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")
    text = h("be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaaf33bd751a1ac728d45e6c61296cdc3c01233561f41db66cce"
             "314adb310e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af1fde048977eb48f59ffd4924ca1c60902e52f0a089bc76897040"
             "e082f937763848645e0705")
    boxed = h("f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce48332ea7164d96a4476fb8c531a1186ac0dfc17c98dce87b4da7f011"
              "ec48c97271d2c20f9b928fe2270d6fb863d51738b48eeee314a7cc8ab932164548e526ae90224368517acfeabd6bb3732bc0e9da99832b61ca01b6de"
              "56244a9e88d5f9b37973f622a43d14a6599b1f654cb45a74e355a5")
    assert box(alice, bob, h("69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37"), text) == boxed
    text = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it."
    sealed = h("bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e"
               "1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff921f9664c97637da9768812f615c68b13b52e"
               "c0875924c1c7987947deafd8780acf49")
    assert xchacha20_poly1305(bytes(range(0x80, 0xA0)), bytes(range(0x40, 0x58)), text, h("50515253c0c1c2c3c4c5c6c7")) == sealed
