"""Writes transformer.safetensors: weights, a batch, loss, logits and gradients of a small transformer in PyTorch.

The blocks are PyTorch's own TransformerEncoderLayer, in float64. Run by hand, with PyTorch 1.13 or newer:
python3 make-transformer.py
"""

import json
import struct
from pathlib import Path

import torch
from torch.nn import functional as F

LAYERS, WIDTH, HEADS, LENGTH, CLASSES, BATCH = 2, 16, 2, 8, 11, 3

torch.manual_seed(0)
block = lambda: torch.nn.TransformerEncoderLayer(
    WIDTH,
    HEADS,
    dim_feedforward=4 * WIDTH,
    dropout=0,
    activation="gelu",
    batch_first=True,
    norm_first=True,
)
model = torch.nn.ModuleDict(
    {
        "token": torch.nn.Embedding(CLASSES, WIDTH),
        "position": torch.nn.Embedding(LENGTH, WIDTH),
        "blocks": torch.nn.ModuleList(block() for _ in range(LAYERS)),
        "norm": torch.nn.LayerNorm(WIDTH),
        "output": torch.nn.Linear(WIDTH, CLASSES),
    }
)
with torch.no_grad():
    for name, parameter in model.named_parameters():
        # Scales and biases too are such that a mistake shows. Rounded as they are stored, before the float64 run.
        mean = 1 if "norm" in name and name.endswith("weight") else 0
        parameter.copy_(mean + 0.3 * torch.randn(parameter.shape))
model = model.double()

x = torch.randint(CLASSES, (BATCH, LENGTH))
labels = torch.randint(CLASSES, (BATCH, LENGTH))
mask = torch.full((LENGTH, LENGTH), float("-inf")).double().triu(1)
h = model["token"](x) + model["position"].weight
for layer in model["blocks"]:
    h = layer(h, src_mask=mask)
logits = model["output"](model["norm"](h))
loss = F.cross_entropy(logits.reshape(-1, CLASSES), labels.reshape(-1))
loss.backward()


def own_names(name, tensor):
    """PyTorch keeps the projections to query, key and value in one tensor."""
    name = name.replace("self_attn.out_proj", "attention.output")
    name = name.replace("linear1", "mlp.hidden").replace("linear2", "mlp.output")
    if "in_proj" not in name:
        return {name: tensor}
    block, kind = name.split(".self_attn.in_proj_")
    parts = zip(("query", "key", "value"), tensor.chunk(3))
    return {f"{block}.attention.{part}.{kind}": values for part, values in parts}


tensors = {"x": x.int(), "labels": labels.int(), "logits": logits.float(), "loss": loss.float()}
for name, parameter in model.named_parameters():
    for own, values in own_names(name, parameter.data).items():
        tensors[f"weight:{own}"] = values.float()
    for own, values in own_names(name, parameter.grad).items():
        tensors[f"gradient:{own}"] = values.float()

header, data = {}, b""
for name, tensor in tensors.items():
    values = tensor.detach().contiguous().numpy().tobytes()
    dtype = "I32" if tensor.dtype == torch.int32 else "F32"
    offsets = [len(data), len(data) + len(values)]
    header[name] = {"dtype": dtype, "shape": list(tensor.shape), "data_offsets": offsets}
    data += values
text = json.dumps(header).encode()
text += b" " * (-len(text) % 8)
path = Path(__file__).with_name("transformer.safetensors")
path.write_bytes(struct.pack("<Q", len(text)) + text + data)
print(path.name, path.stat().st_size, "bytes, loss", loss.item())
