"""Prints the speed of PyTorch's square matrix products in GFLOP/s, the best of three sizes: `products.py THREADS`."""

import sys
import time

import torch

torch.set_num_threads(int(sys.argv[1]))
best = 0.0
for size in (512, 1024, 2048):
    a = torch.randn(size, size)
    a @ a
    for _ in range(5):
        started = time.perf_counter()
        a @ a
        best = max(best, 2 * size**3 / (time.perf_counter() - started) / 1e9)
print(best)
