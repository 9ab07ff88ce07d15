"""Writes regression.json: weights, a batch, mean squared errors of a few steps and the first gradients of a small network in PyTorch.

In float64, by plain gradient descent. Run by hand, with PyTorch 1.13 or newer: python3 make-regression.py
"""

import json
from pathlib import Path

import torch
from torch.nn import functional as F

BATCH, INPUTS, HIDDEN, OUTPUTS, STEPS, LR = 7, 2, 6, 3, 5, 0.1

torch.manual_seed(0)
model = torch.nn.Sequential(
    torch.nn.Linear(INPUTS, HIDDEN), torch.nn.Tanh(), torch.nn.Linear(HIDDEN, OUTPUTS)
)
names = {"0": "hidden.0", "2": "output"}


def own_names(tensors):
    """The names and values of parameters, as `mlp` calls them."""
    return {
        f"{names[name.split('.')[0]]}.{name.split('.')[1]}": tensor.flatten().tolist()
        for name, tensor in tensors
    }


x, targets = torch.randn(BATCH, INPUTS), torch.randn(BATCH, OUTPUTS)
weights = own_names(model.named_parameters())
model, x, targets = model.double(), x.double(), targets.double()
optimizer = torch.optim.SGD(model.parameters(), LR)

losses = []
gradients = None
for _ in range(STEPS):
    optimizer.zero_grad()
    loss = F.mse_loss(model(x), targets)
    loss.backward()
    gradients = gradients or own_names(
        (name, parameter.grad) for name, parameter in model.named_parameters()
    )
    losses.append(loss.item())
    optimizer.step()

golden = {
    "lr": LR,
    "x": x.flatten().tolist(),
    "targets": targets.flatten().tolist(),
    "weights": weights,
    "losses": losses,
    "gradients": gradients,
}
path = Path(__file__).with_name("regression.json")
path.write_text(json.dumps(golden) + "\n")
print(path.name, path.stat().st_size, "bytes, losses", losses)
