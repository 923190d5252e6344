"""The 10,000 digits of the MNIST test set, and which of them are held out."""

import gzip

import numpy as np


def load(data):
    """Images as float32 [10000,1,28,28] in 0..1 (white digit on black), labels as int64 [10000]."""
    folder = data / "digits"
    images = np.frombuffer(gzip.decompress((folder / "t10k-images-idx3-ubyte.gz").read_bytes()), np.uint8, offset=16)
    labels = np.frombuffer(gzip.decompress((folder / "t10k-labels-idx1-ubyte.gz").read_bytes()), np.uint8, offset=8)
    return images.reshape(-1, 1, 28, 28).astype(np.float32) / np.float32(255), labels.astype(np.int64)


def held_out(count):
    """Every fifth image: a rule that needs no random generator, and that takes as many from the file's easy half as from its hard one."""
    return np.arange(count) % 5 == 4
