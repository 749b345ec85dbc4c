"""Canonical JSON, hashes and the state tree (docs/protocol.md 2, 7): what makes a root."""
import hashlib
import json

EMPTY = b"SPARSE_MERKLE_PLACEHOLDER_HASH__"


def jcs(value):
    """RFC 8785 for the house profile: keys are ASCII, numbers integers."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(data):
    return hashlib.sha256(data).digest()


def hex_of(text):
    return hashlib.sha256(text.encode()).hexdigest()


def log_root(leaves):
    """RFC 9162 2.1.1 over leaf texts."""
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return sha256(b"\0" + leaves[0].encode())
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\1" + log_root(leaves[:k]) + log_root(leaves[k:]))


class Tree:
    """root(S, d) of protocol 7.1. A node is None, a leaf (key number, hash) or [zero, one, hash]."""

    def __init__(self):
        self.top = None

    @staticmethod
    def _bit(number, depth):
        return number >> (255 - depth) & 1

    def _put(self, node, depth, leaf):
        if node is None:
            return leaf
        if isinstance(node, tuple):
            if node[0] == leaf[0]:
                return leaf
            inner = [None, None, None]
            inner[self._bit(node[0], depth)] = node
            return self._put(inner, depth, leaf)
        bit = self._bit(leaf[0], depth)
        node[bit] = self._put(node[bit], depth + 1, leaf)
        node[2] = None
        return node

    def _remove(self, node, depth, number):
        if node is None or isinstance(node, tuple):
            return None if node is None or node[0] == number else node
        bit = self._bit(number, depth)
        node[bit] = self._remove(node[bit], depth + 1, number)
        node[2] = None
        zero, one = node[0], node[1]
        if zero is None and one is None:
            return None
        if zero is None and isinstance(one, tuple):
            return one
        if one is None and isinstance(zero, tuple):
            return zero
        return node

    def _hash(self, node):
        if node is None:
            return EMPTY
        if isinstance(node, tuple):
            return node[1]
        if node[2] is None:
            node[2] = sha256(b"JMT::IntrnalNode" + self._hash(node[0]) + self._hash(node[1]))
        return node[2]

    def set(self, key, text):
        """text None: the key leaves the map."""
        key_hash = sha256(key.encode())
        number = int.from_bytes(key_hash, "big")
        if text is None:
            self.top = self._remove(self.top, 0, number)
        else:
            value_hash = sha256(text.encode())
            self.top = self._put(self.top, 0, (number, sha256(b"JMT::LeafNode" + key_hash + value_hash)))

    def root(self):
        return self._hash(self.top).hex()
