"""Writes operators.json: single ONNX operators, and what PyTorch has as their output and gradients.

    /usr/bin/python3 operators.py

Made with PyTorch 1.13, in float64. The loss is sum(y * weights). Inputs include ties, and the points where a function has
a kink, because there the gradient is a matter of choice. `npx biome check --write` lays the file out.
"""
import json
from pathlib import Path

import torch
import torch.nn.functional as F

torch.manual_seed(1)
torch.set_default_dtype(torch.float64)
cases = []


def listed(tensor):
    if tensor is None:
        return None
    dtype = {torch.float64: "float32", torch.int64: "int64"}[tensor.dtype]
    data = tensor.detach().reshape(-1).tolist()
    return {"dtype": dtype, "shape": list(tensor.shape), "data": [v if dtype == "int64" else float(f"{v:.9g}") for v in data]}


def attribute(value):
    if isinstance(value, str):
        return {"kind": "string", "value": value}
    if isinstance(value, list):
        return {"kind": "ints", "value": value}
    return {"kind": "float" if isinstance(value, float) else "int", "value": value}


def case(op, call, inputs, *constants, **attributes):
    """`call` gets the inputs; of `op`, they and then `constants`, which have no gradient, are the inputs."""
    # Nothing is lost when the inputs are read as float32.
    leaves = [x.float().double().requires_grad_() for x in inputs]
    y = call(*leaves)
    weights = torch.randn_like(y).float().double()
    gradients = torch.autograd.grad((y * weights).sum(), leaves)
    cases.append({
        "op": op,
        "attributes": {name: attribute(value) for name, value in attributes.items()},
        "inputs": [listed(x) for x in (*leaves, *constants)],
        "y": listed(y),
        "weights": listed(weights),
        "gradients": [listed(x) for x in gradients],
    })


def ints(*values):
    return torch.tensor(values, dtype=torch.int64)


points = torch.tensor([[-2.5, -1.5, -1.0, -0.3], [0.0, 0.4, 1.0, 2.2]])
positive = points.abs() + 0.5

for op, call in {
    "Abs": torch.abs, "Ceil": torch.ceil, "Cos": torch.cos, "Erf": torch.erf, "Exp": torch.exp, "Floor": torch.floor,
    "HardSwish": F.hardswish, "Mish": F.mish, "Neg": torch.neg, "Relu": F.relu, "Round": torch.round, "Selu": F.selu,
    "Sigmoid": torch.sigmoid, "Sign": torch.sign, "Sin": torch.sin, "Softplus": F.softplus, "Softsign": F.softsign,
    "Tanh": torch.tanh,
}.items():
    case(op, call, [points])
for op, call in {"Log": torch.log, "Reciprocal": torch.reciprocal, "Sqrt": torch.sqrt}.items():
    case(op, call, [positive])
case("HardSwish", F.hardswish, [2.3 * points])
case("LeakyRelu", F.leaky_relu, [points])
case("LeakyRelu", lambda x: F.leaky_relu(x, 0.25), [points], alpha=0.25)
case("Elu", lambda x: F.elu(x, 0.5), [points], alpha=0.5)
case("Celu", lambda x: F.celu(x, 2.0), [points], alpha=2.0)
case("HardSigmoid", F.hardsigmoid, [2.3 * points], alpha=1 / 6)
case("ThresholdedRelu", lambda x: F.threshold(x, 1.0, 0.0), [points])
case("Gelu", F.gelu, [points])
case("Gelu", lambda x: F.gelu(x, approximate="tanh"), [points], approximate="tanh")
case("PRelu", lambda x, slope: F.prelu(x, slope.reshape(-1)), [points, torch.tensor([0.3, -0.2, 0.1, 0.5])])
case("PRelu", F.prelu, [points, torch.tensor([0.3])])
bounds = [torch.tensor(-1.0), torch.tensor(1.0)]
case("Clip", lambda x: x.clamp(-1, 1), [points], *bounds)
case("Clip", lambda x: x.clamp(min=-1), [points], bounds[0])
case("Clip", lambda x, low, high: torch.clamp(x, low, high), [1.01 * points, *bounds])

other = torch.tensor([[-1.5, 3.0, -1.0, 1.0]])
for op, call in {
    "Add": torch.add, "Div": torch.div, "Max": torch.maximum, "Mean": lambda a, b: (a + b) / 2, "Min": torch.minimum,
    "Mul": torch.mul, "Sub": torch.sub, "Sum": torch.add,
}.items():
    case(op, call, [points, other])
case("Pow", torch.pow, [positive, other])

ties = torch.tensor([[[2.0, 2.0, -1.0], [0.0, -3.0, -3.0]], [[1.0, 1.0, 1.0], [0.0, 0.0, 0.0]]])
for op, call in {
    "ReduceL1": lambda x, axes: x.norm(1, axes), "ReduceL2": lambda x, axes: x.norm(2, axes),
    "ReduceLogSumExp": torch.logsumexp, "ReduceMax": torch.amax, "ReduceMean": torch.mean, "ReduceMin": torch.amin,
    "ReduceSum": torch.sum, "ReduceSumSquare": lambda x, axes: (x * x).sum(axes),
}.items():
    for axes in [2], [0, 2]:
        case(op, lambda x: call(x, axes), [ties], ints(*axes), keepdims=0)
case("ReduceLogSum", lambda x: x.sum(1).log(), [positive], ints(1), keepdims=0)
case("ReduceProd", lambda x: x.prod(2), [ties], ints(2), keepdims=0)
case("ReduceProd", lambda x: x.prod(1, keepdim=True), [ties], ints(1))
case("CumSum", lambda x: x.cumsum(1), [ties], ints(1).reshape(()))
case("CumSum", lambda x: x.flip(2).cumsum(2).flip(2), [ties], ints(-1).reshape(()), reverse=1)
case("Softmax", lambda x: x.softmax(1), [ties], axis=1)
case("LogSoftmax", lambda x: x.log_softmax(-1), [ties])

image = torch.randn(2, 4, 3, 2)
scale, bias = torch.randn(4), torch.randn(4)
case("LayerNormalization", lambda x, a, b: F.layer_norm(x, (3, 2), a, b), [image, *torch.randn(2, 3, 2)], axis=2)
case("LayerNormalization", lambda x, a: F.layer_norm(x, (2,), a, None, 0.01), [image, torch.randn(2)], epsilon=0.01)
case("InstanceNormalization", lambda x, a, b: F.instance_norm(x, None, None, a, b), [image, scale, bias])
for groups in 1, 2, 4:
    case("GroupNormalization", lambda x, a, b: F.group_norm(x, groups, a, b), [image, scale, bias], num_groups=groups)

scores, labels = torch.randn(2, 3, 4), torch.randint(0, 3, (2, 4))
weights = torch.tensor([0.5, 2.0, 1.0])
for reduction in "none", "mean", "sum":
    for given in [], [weights]:
        for ignored in {}, {"ignore_index": 1}:
            options = {"reduction": reduction, **ignored}
            for op, call in ("SoftmaxCrossEntropyLoss", F.cross_entropy), ("NegativeLogLikelihoodLoss", F.nll_loss):
                case(op, lambda x: call(x, labels, *given, **options), [scores], labels, *given, **options)

matrices = [torch.randn(2, 3, 4), torch.randn(4, 2)]
case("MatMul", torch.matmul, matrices)
case("Concat", lambda a, b: torch.cat([a, b], 1), [points, other.expand(2, 4)], axis=1)
kernel = torch.randn(4, 3, 2, 2)
case("ConvTranspose", lambda x, w: F.conv_transpose2d(x, w, stride=2, padding=1), [image, kernel], strides=[2, 2], pads=[1] * 4)
case("Transpose", lambda x: x.permute(2, 0, 1), [ties], perm=[2, 0, 1])
case("Reshape", lambda x: x.reshape(3, 4), [ties], ints(3, -1))
case("Expand", lambda x: x.expand(2, 3, 4), [other], ints(2, 3, 4))
case("Squeeze", lambda x: x.squeeze(0), [other], ints(0))
case("Unsqueeze", lambda x: x.unsqueeze(1), [points], ints(1))
case("Slice", lambda x: x[:, 1:4:2], [points], ints(1), ints(4), ints(1), ints(2))
case("Pad", lambda x: F.pad(x, (1, 2, 0, 1)), [points], ints(0, 1, 1, 2))

Path(__file__).with_suffix(".json").write_text(json.dumps({"cases": cases}) + "\n")
