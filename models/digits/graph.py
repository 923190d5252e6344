"""The network as an ONNX graph: normalise, four convolutions, two dense layers, softmax."""

from cards import Graph

# What the pixels of MNIST average to; fixed here so that the graph takes raw 0..1 pixels.
MEAN, STD = 0.1307, 0.3081
# name, kernel, channels in, channels out, pooled after
CONVOLUTIONS = [("conv1", 5, 1, 12, True), ("conv2", 3, 12, 24, False), ("conv3", 3, 24, 32, True), ("conv4", 3, 32, 48, True)]
HIDDEN = 64


def build(weights):
    g = Graph("digits")
    x = g.node("Sub", "centred", ["image", g.constant("pixel_mean", MEAN)])
    x = g.node("Div", "normalised", [x, g.constant("pixel_std", STD)])
    for name, kernel, _, _, pooled in CONVOLUTIONS:
        w, b = (g.constant(f"{name}_{k}", weights[f"{name}_{k}"]) for k in ("weight", "bias"))
        x = g.node("Conv", name, [x, w, b], kernel_shape=[kernel, kernel], pads=[kernel // 2] * 4)
        x = g.node("Relu", f"{name}_relu", [x])
        if pooled:
            x = g.node("MaxPool", f"{name}_pool", [x], kernel_shape=[2, 2], strides=[2, 2])
    x = g.node("Flatten", "flat", [x], axis=1)
    x = g.node("Gemm", "dense1", [x, g.constant("dense1_weight", weights["dense1_weight"]), g.constant("dense1_bias", weights["dense1_bias"])])
    x = g.node("Relu", "dense1_relu", [x])
    x = g.node("Gemm", "logits", [x, g.constant("dense2_weight", weights["dense2_weight"]), g.constant("dense2_bias", weights["dense2_bias"])])
    g.node("Softmax", "scores", [x], axis=1)
    return g.model(
        {"image": ["batch", 1, 28, 28]},
        {"scores": ["batch", 10]},
        "Handwritten digit, white on black, pixels 0..1, to the probabilities of 0 to 9.",
    )
