"""Writes rope.json: inverse frequencies and attention factors of published configurations by transformers' own functions.

  pip install torch transformers numpy; python make_rope.py
"""
import json
import os
import tempfile

from transformers import AutoConfig
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

LLAMA = dict(model_type="llama", vocab_size=128256, hidden_act="silu", rms_norm_eps=1e-5)
LLAMA_8B = LLAMA | dict(
    hidden_size=4096, num_attention_heads=32, num_key_value_heads=8, num_hidden_layers=32, intermediate_size=14336
)
LLAMA3 = dict(low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=8192, rope_type="llama3")
QWEN = dict(
    model_type="qwen2", vocab_size=152064, hidden_act="silu", hidden_size=3584, num_attention_heads=28,
    num_key_value_heads=4, num_hidden_layers=28, intermediate_size=18944, rms_norm_eps=1e-6,
)
YARN = dict(factor=4.0, original_max_position_embeddings=32768, type="yarn")
CONFIGURATIONS = {
    "Llama 3.1 8B": LLAMA_8B
    | dict(max_position_embeddings=131072, rope_theta=500000.0, rope_scaling=LLAMA3 | dict(factor=8.0)),
    "Llama 3.2 1B": LLAMA
    | dict(
        hidden_size=2048, num_attention_heads=32, num_key_value_heads=8, head_dim=64, num_hidden_layers=16,
        intermediate_size=8192, max_position_embeddings=131072, rope_theta=500000.0,
        rope_scaling=LLAMA3 | dict(factor=32.0),
    ),
    "Qwen2.5 7B with YaRN": QWEN | dict(max_position_embeddings=32768, rope_theta=1000000.0, rope_scaling=YARN),
    "DeepSeek-R1-Distill-Qwen-7B": QWEN | dict(max_position_embeddings=131072, rope_theta=10000),
    "DeepSeek-R1-Distill-Llama-8B": LLAMA_8B
    | dict(max_position_embeddings=131072, rope_theta=500000.0, rope_scaling=LLAMA3 | dict(factor=8.0)),
    "linear, factor 4": LLAMA_8B
    | dict(max_position_embeddings=16384, rope_theta=10000.0, rope_scaling=dict(type="linear", factor=4.0)),
    "YaRN with multipliers": LLAMA_8B
    | dict(
        max_position_embeddings=163840, rope_theta=10000.0,
        rope_scaling=dict(
            type="yarn", factor=40, original_max_position_embeddings=4096, beta_fast=32, beta_slow=1, mscale=1.0,
            mscale_all_dim=0.707,
        ),
    ),
    "YaRN, not truncated": QWEN
    | dict(
        max_position_embeddings=131072, rope_theta=1000000.0,
        rope_parameters=dict(
            rope_type="yarn", rope_theta=150000.0, factor=32.0, original_max_position_embeddings=4096, beta_fast=16.0,
            beta_slow=2.0, truncate=False, attention_factor=1.25,
        ),
    ),
    "YaRN without a factor": LLAMA_8B
    | dict(
        max_position_embeddings=65536, rope_theta=10000.0,
        rope_scaling=dict(rope_type="yarn", factor=None, original_max_position_embeddings=8192),
    ),
}


def case(name, config):
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "config.json"), "w") as file:
            json.dump(config, file)
        loaded = AutoConfig.from_pretrained(folder)
    kind = loaded.rope_parameters["rope_type"]
    if kind == "default":
        theta, dimension = loaded.rope_parameters["rope_theta"], loaded.hidden_size // loaded.num_attention_heads
        frequencies, factor = [theta ** (-i / dimension) for i in range(0, dimension, 2)], 1.0
    else:
        frequencies, factor = ROPE_INIT_FUNCTIONS[kind](loaded, "cpu")
        frequencies = frequencies.double().tolist()
    return dict(name=name, config=json.dumps(config), frequencies=frequencies, attentionFactor=factor)


path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "rope.json")
with open(path, "w") as file:
    json.dump([case(*item) for item in CONFIGURATIONS.items()], file, indent=1)
    file.write("\n")
