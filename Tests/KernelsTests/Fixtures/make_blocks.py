"""Makes blocks.json: random blocks of every element type and their values, by the gguf package's dequantisation.

    pip install gguf numpy
    python make_blocks.py > blocks.json

An entry a type: "bytes" (hex) and "values" (hex of little-endian f32).
"""
import json
import sys

import numpy
from gguf import GGMLQuantizationType as Type
from gguf.constants import GGML_QUANT_SIZES
from gguf.quants import dequantize

TYPES = "F16 BF16 Q4_0 Q4_1 Q5_0 Q5_1 Q8_0 Q2_K Q3_K Q4_K Q5_K Q6_K Q8_K IQ4_NL IQ4_XS".split()
# Offsets of the half-precision scales in a block; they get moderate finite values.
HALVES = {
    "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0], "Q2_K": [80, 82], "Q3_K": [108],
    "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208], "IQ4_NL": [0], "IQ4_XS": [0],
}


def main():
    generator = numpy.random.default_rng(20)
    result = {}
    for name in TYPES:
        length, size = GGML_QUANT_SIZES[Type[name]]
        count = 3 if length > 1 else 64
        data = generator.integers(0, 256, (count, size), dtype=numpy.uint8)
        for offset in HALVES.get(name, []):
            scales = generator.normal(size=count).astype(numpy.float16)
            scales[0] = numpy.float16(6e-8) * (1 + offset)  # subnormal
            data[:, offset:offset + 2] = scales.view(numpy.uint8).reshape(count, 2)
        if name == "Q8_K":
            data[:, :4] = generator.normal(size=count).astype(numpy.float32).view(numpy.uint8).reshape(count, 4)
        if name in ("F16", "BF16"):  # finite values only
            halves = generator.normal(size=count).astype(numpy.float32)
            halves[0] = 1e-7
            data = halves.astype(numpy.float16).view(numpy.uint8).reshape(count, 2) if name == "F16" else (
                (halves.view(numpy.uint32) >> 16).astype(numpy.uint16).view(numpy.uint8).reshape(count, 2))
        if name == "Q8_K":
            values = data[:, :4].copy().view(numpy.float32) * data[:, 4:260].view(numpy.int8).astype(numpy.float32)
        else:
            values = dequantize(data.reshape(-1), Type[name])
        values = numpy.asarray(values, dtype=numpy.float32).reshape(-1)
        assert numpy.isfinite(values).all() and values.size == count * length, name
        result[name] = {"bytes": data.tobytes().hex(), "values": values.tobytes().hex()}
    json.dump(result, sys.stdout, indent=0)


if __name__ == "__main__":
    main()
