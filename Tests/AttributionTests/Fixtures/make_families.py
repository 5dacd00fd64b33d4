"""Random tiny models of every family, with what transformers and the plain reference say of them, in float64.

    pip install torch transformers safetensors numpy gguf

    make_families.py REFERENCE write FOLDER --seed S --count N
        Writes N folders FOLDER/tiny/FAMILY-SEED as REFERENCE/tiny has them. The tests read them instead where
        FLASHTRACE_REFERENCE names FOLDER.
    make_families.py REFERENCE compare FLASHTRACE --seed S --count N
        The same models, each through the command: ids, log-probabilities (2e-4), every vector of every trace (2e-4 of
        its largest value; experts 1e-3). Prints what differs; fails where anything does.
        With --gguf, models that GGUF can express, from a GGUF file too: both of the same rounded or quantised weights.
    make_families.py REFERENCE fixture > families.json
        Models of few weights, which their seed tells.

REFERENCE is the folder with reference.py. A model is known by its family and seed.
"""
import argparse
import copy
import importlib.util
import itertools
import json
import math
import os
import pathlib
import random
import subprocess
import sys
import tempfile

import gguf
import numpy
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoConfig, AutoModelForCausalLM, PreTrainedTokenizerFast
from transformers.utils import logging

logging.set_verbosity_error()
logging.disable_progress_bar()
WORDS = (
    "the a one model token prompt answer layer river Anna Otto 17 4 900 copies writes finds, and so but. is was Überall "
    "naïve 数据 😀 x=y; (see) because\nThus\n\n then therefore: 3.14"
).split(" ")
TEMPLATE = (
    "{% for m in messages %}{{'<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def text(r, count):
    return " ".join(r.choice(WORDS) for _ in range(count))


def tokenizer_json():
    """A byte-level BPE of 330 tokens."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=330, special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()), show_progress=False)
    tokenizer.train_from_iterator([text(random.Random(seed), 200) for seed in range(20)], trainer)
    return tokenizer.to_str()


TOKENIZER_CONFIG = dict(eos_token="<|im_end|>", pad_token="<|endoftext|>")


# Configurations, as published config.json files have them.


def rope(r, types=("linear", "llama3", "yarn")):
    scaling = r.choice([None, *types])
    if scaling is None:
        return {}
    length = r.choice([16, 40, 200])
    entry = dict(rope_type=scaling, factor=r.choice([2.0, 4.5, 8.0]))
    if scaling == "llama3":
        entry |= dict(low_freq_factor=1.0, high_freq_factor=r.choice([2.0, 4.0]), original_max_position_embeddings=length)
    if scaling == "yarn":
        entry |= dict(original_max_position_embeddings=length)
        if r.random() < 0.3:
            entry |= dict(beta_fast=16.0, beta_slow=2.0)
        if r.random() < 0.3:
            entry |= dict(attention_factor=1.3)
    return dict(rope_scaling=entry)


def common(r, small, may_leave_out_head_dim=True):
    heads, kv = r.choice([(1, 1), (2, 1), (2, 2), (3, 1), (3, 3), (4, 2), (5, 1), (6, 2), (6, 3), (7, 1), (8, 2)])
    if small:
        heads, kv = r.choice([(2, 1), (3, 1), (3, 3), (4, 2)])
    dimension = r.choice([4, 6, 8, 10] if small else [4, 6, 10, 16, 20, 24, 32, 64])
    # transformers wants a multiple of the heads, also where the head dimension is given.
    hidden = r.choice([12, 14, 20] if small else [20, 36, 44, 64, 90, 128]) // heads * heads or heads
    config = dict(
        hidden_size=hidden, num_attention_heads=heads,
        num_key_value_heads=kv, head_dim=dimension, num_hidden_layers=2 if small else r.randint(1, 5),
        intermediate_size=r.choice([11, 17, 24] if small else [17, 33, 64, 130]),
        rms_norm_eps=r.choice([1e-5, 1e-6, 1e-3]), rope_theta=r.choice([100.0, 10000.0, 500000.0, 1000000.0]),
        tie_word_embeddings=r.random() < 0.5, max_position_embeddings=4096, vocab_size=330,
        bos_token_id=None, eos_token_id=2, pad_token_id=0)
    if not small:
        config["vocab_size"] += r.choice([0, 5, 38])
    if may_leave_out_head_dim and r.random() < 0.4:
        del config["head_dim"]
        config["hidden_size"] = heads * dimension
    return config


def window(r, layers):
    """A sliding window of some layers, shorter or longer than the text."""
    size = r.choice([1, 3, 16, 50, 4096])
    kinds = [r.choice(["sliding_attention", "full_attention"]) for _ in range(layers)]
    return size, kinds


def llama(r, small):
    return common(r, small) | rope(r) | dict(hidden_act="silu", attention_bias=r.random() < 0.3)


def mistral(r, small):
    return common(r, small) | rope(r, ("yarn", "linear")) | dict(
        hidden_act="silu", sliding_window=r.choice([None, 1, 5, 24, 4096]))


def qwen2(r, small):
    config = common(r, small, may_leave_out_head_dim=False) | rope(r, ("yarn",)) | dict(hidden_act="silu")
    config["hidden_size"] = config["num_attention_heads"] * config.pop("head_dim")
    return config | sliding_when_asked(r, config)


def sliding_when_asked(r, config):
    if r.random() < 0.5:
        return dict(use_sliding_window=False, sliding_window=3, max_window_layers=1)
    size, kinds = window(r, config["num_hidden_layers"])
    if r.random() < 0.4:
        return dict(use_sliding_window=True, sliding_window=size, layer_types=kinds)
    return dict(use_sliding_window=True, sliding_window=size, max_window_layers=r.randint(0, 3))


def qwen3(r, small):
    config = common(r, small, may_leave_out_head_dim=False) | rope(r, ("yarn",)) | dict(
        hidden_act="silu", attention_bias=r.random() < 0.3)
    return config | sliding_when_asked(r, config)


def qwen3_moe(r, small):
    experts = r.choice([3, 5, 8])
    config = common(r, small, may_leave_out_head_dim=False) | rope(r, ("yarn",)) | dict(
        hidden_act="silu", attention_bias=r.random() < 0.3, num_experts=experts,
        num_experts_per_tok=r.randint(1, min(experts, 4)), moe_intermediate_size=r.choice([9, 12]),
        norm_topk_prob=r.random() < 0.5, decoder_sparse_step=r.choice([1, 1, 2]),
        mlp_only_layers=r.choice([[], [], [0]]))
    if r.random() < 0.4:
        config |= dict(use_sliding_window=True, sliding_window=r.choice([3, 20]), max_window_layers=r.choice([0, 1]))
    return config


def gemma3(r, small):
    config = common(r, small, may_leave_out_head_dim=False) | dict(
        hidden_activation="gelu_pytorch_tanh", query_pre_attn_scalar=r.choice([7, 24, 256]), attention_bias=False,
        attn_logit_softcapping=None, final_logit_softcapping=None, rope_local_base_freq=r.choice([100.0, 10000.0]),
        tie_word_embeddings=True) | rope(r, ("linear",))
    config["sliding_window"], kinds = window(r, config["num_hidden_layers"])
    return config | r.choice([dict(layer_types=kinds), dict(sliding_window_pattern=r.choice([2, 3, 6]))])


def phi3(r, small):
    config = common(r, small, may_leave_out_head_dim=False)
    even = [p for p in (0.5, 0.75, 1.0) if config["head_dim"] * p % 2 == 0]
    config["hidden_size"] = config["num_attention_heads"] * config.pop("head_dim")
    return config | dict(
        hidden_act="silu", partial_rotary_factor=r.choice(even), sliding_window=r.choice([None, 2, 30, 4096]),
        original_max_position_embeddings=4096)


def olmo2(r, small):
    config = common(r, small, may_leave_out_head_dim=False) | rope(r, ("linear",)) | dict(
        hidden_act="silu", attention_bias=r.random() < 0.3)
    config["hidden_size"] = config["num_attention_heads"] * config.pop("head_dim")
    return config


def smollm3(r, small):
    config = common(r, small, may_leave_out_head_dim=False) | rope(r, ("yarn", "linear")) | dict(
        hidden_act="silu", attention_bias=r.random() < 0.3, mlp_bias=False)
    config["hidden_size"] = config["num_attention_heads"] * config.pop("head_dim")
    layers = config["num_hidden_layers"]
    if r.random() < 0.5:
        config["no_rope_layers"] = [r.randint(0, 1) for _ in range(layers)]
    else:
        config["no_rope_layer_interval"] = r.choice([1, 2, 4])
    if r.random() < 0.3:
        size, kinds = window(r, layers)
        config |= dict(use_sliding_window=True, sliding_window=size, layer_types=kinds)
    return config


FAMILIES = {
    "llama": (llama, "llama", "LlamaForCausalLM"), "mistral": (mistral, "mistral", "MistralForCausalLM"),
    "qwen2": (qwen2, "qwen2", "Qwen2ForCausalLM"), "qwen3": (qwen3, "qwen3", "Qwen3ForCausalLM"),
    "qwen3-moe": (qwen3_moe, "qwen3_moe", "Qwen3MoeForCausalLM"),
    "gemma3": (gemma3, "gemma3_text", "Gemma3ForCausalLM"), "phi3": (phi3, "phi3", "Phi3ForCausalLM"),
    "olmo2": (olmo2, "olmo2", "Olmo2ForCausalLM"), "smollm3": (smollm3, "smollm3", "SmolLM3ForCausalLM"),
}


class Model:
    """A random model: its configuration, and each tensor's name, shape, offset and scale."""

    def __init__(self, family, seed, small=False):
        self.family, self.seed = family, seed
        self.random = random.Random(f"{family} {seed} {small}")
        make, kind, architecture = FAMILIES[family]
        self.config = dict(model_type=kind, architectures=[architecture]) | make(self.random, small)
        self.tensors = [(name, shape, *self.spread(name, shape)) for name, shape in self.shapes()]

    def shapes(self):
        config = AutoConfig.for_model(**copy.deepcopy(self.config))  # it adds to what it is given
        with torch.device("meta"):
            state = AutoModelForCausalLM.from_config(config).state_dict()
        for name, tensor in state.items():
            if name == "lm_head.weight" and self.config["tie_word_embeddings"]:
                continue
            if not name.endswith(("mlp.experts.gate_up_proj", "mlp.experts.down_proj")):
                yield name, list(tensor.shape)
                continue
            for expert in range(tensor.shape[0]):
                prefix = name.rsplit(".", 1)[0] + f".{expert}."
                if name.endswith("down_proj"):
                    yield prefix + "down_proj.weight", list(tensor.shape[1:])
                else:
                    yield prefix + "gate_proj.weight", [tensor.shape[1] // 2, tensor.shape[2]]
                    yield prefix + "up_proj.weight", [tensor.shape[1] // 2, tensor.shape[2]]

    def spread(self, name, shape):
        if "norm" in name:
            return (0 if self.family == "gemma3" else 1, 0.5)
        if name.endswith("bias"):
            return (0, 0.5)
        if "embed" in name:
            return (0, 0.3 if self.family == "gemma3" else 1)
        # Uniform values of variance 1 / columns keep the size; more makes attention and experts choose.
        return (0, round((2.5 if "mlp.gate." in name else 1.8) / math.sqrt(shape[-1]), 4))

    def values(self):
        """Tensors in float32 from SplitMix64, one number a value."""
        step, start, result = 0x9E3779B97F4A7C15, 0, {}
        for name, shape, offset, scale in self.tensors:
            count = math.prod(shape)
            z = (numpy.arange(start + 1, start + count + 1, dtype=numpy.uint64) * numpy.uint64(step)
                 + numpy.uint64(self.seed))
            z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
            z = z ^ (z >> numpy.uint64(31))
            unit = (z >> numpy.uint64(40)).astype(numpy.float64) / (1 << 23) - 1
            result[name] = torch.tensor((offset + scale * unit).astype(numpy.float32)).reshape(shape)
            start += count
        return result

    def write(self, folder, tokenizer, plain=False, values=None):
        """The folder of the model: of one file in float32, or also of several, in other types."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "config.json").write_text(json.dumps(self.config))
        (folder / "tokenizer.json").write_text(tokenizer)
        (folder / "tokenizer_config.json").write_text(json.dumps(TOKENIZER_CONFIG))
        (folder / "chat_template.jinja").write_text(TEMPLATE)
        r = random.Random(self.seed)
        kinds = [torch.float32] if plain else r.choice([[torch.float32], [torch.float16], [torch.bfloat16],
                                                        [torch.float32, torch.bfloat16, torch.float16]])
        values = {name: value.to(r.choice(kinds)) for name, value in (values or self.values()).items()}
        shards = 1 if plain else r.choice([1, 1, 2, 3])
        if shards == 1:
            return save_file(values, folder / "model.safetensors", metadata={"format": "pt"})
        files = [{} for _ in range(shards)]
        names = [f"model-{i + 1:05}-of-{shards:05}.safetensors" for i in range(shards)]
        place = {name: r.randrange(shards) for name in values}
        for name, value in values.items():
            files[place[name]][name] = value
        for name, part in zip(names, files):
            save_file(part, folder / name, metadata={"format": "pt"})
        index = dict(metadata={}, weight_map={name: names[shard] for name, shard in place.items()})
        (folder / "model.safetensors.index.json").write_text(json.dumps(index))


# The same models as GGUF files.

NAMES = {
    "input_layernorm": "attn_norm", "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v", "self_attn.qkv_proj": "attn_qkv", "self_attn.o_proj": "attn_output",
    "self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm", "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down", "mlp.gate_up_proj": "ffn_up", "mlp.gate": "ffn_gate_inp",
    "pre_feedforward_layernorm": "ffn_norm", "post_feedforward_layernorm": "post_ffw_norm",
}
ARCHITECTURES = {"mistral": "llama", "qwen3-moe": "qwen3moe"}


def gguf_facts(model):
    """Metadata without the architecture's prefix; None where GGUF, or its convention, cannot say it."""
    c = model.config
    heads = c["num_attention_heads"]
    dimension = c.get("head_dim", c["hidden_size"] // heads)
    facts = {
        "context_length": c["max_position_embeddings"], "embedding_length": c["hidden_size"],
        "block_count": c["num_hidden_layers"], "feed_forward_length": c["intermediate_size"],
        "attention.head_count": heads, "attention.head_count_kv": c["num_key_value_heads"],
        "attention.key_length": dimension, "attention.value_length": dimension,
        "attention.layer_norm_rms_epsilon": c["rms_norm_eps"], "rope.freq_base": c["rope_theta"],
        "rope.dimension_count": int(dimension * c.get("partial_rotary_factor", 1)),
    }
    scaling = c.get("rope_scaling", {})
    if scaling.get("rope_type") in ("linear", "yarn"):
        facts |= {"rope.scaling.type": scaling["rope_type"], "rope.scaling.factor": scaling["factor"]}
    if scaling.get("rope_type") == "yarn":
        facts["rope.scaling.original_context_length"] = scaling["original_max_position_embeddings"]
        if "attention_factor" in scaling:
            facts["rope.scaling.attn_factor"] = scaling["attention_factor"] / (0.1 * math.log(scaling["factor"]) + 1)
        for key in ("beta_fast", "beta_slow"):
            if key in scaling:
                facts[f"rope.scaling.yarn_{key}"] = scaling[key]
    if model.family == "gemma3":
        if "layer_types" in c or c["sliding_window_pattern"] != 6 or c["query_pre_attn_scalar"] != dimension:
            return None
        facts |= {"attention.sliding_window": c["sliding_window"], "rope.freq_base_swa": c["rope_local_base_freq"]}
    elif model.family == "phi3":
        if c["sliding_window"]:
            facts["attention.sliding_window"] = c["sliding_window"]
    elif c.get("use_sliding_window") or (c.get("sliding_window") or 4096) < 4096 and "use_sliding_window" not in c:
        return None
    if model.family == "qwen3-moe":
        if not c["norm_topk_prob"] or c["decoder_sparse_step"] != 1 or c["mlp_only_layers"]:
            return None
        facts |= {"expert_count": c["num_experts"], "expert_used_count": c["num_experts_per_tok"],
                  "expert_feed_forward_length": c["moe_intermediate_size"]}
    if model.family == "smollm3" and c.get("no_rope_layer_interval") != 4:
        return None
    return facts


def gguf_tensors(model, values):
    """GGUF's names, and rows of queries and keys in the order of interleaved RoPE where the family's files have it."""
    c, experts = model.config, {}
    interleaves = model.family in ("llama", "mistral", "smollm3")
    for name, value in values.items():
        value = value.numpy()
        if model.family == "gemma3" and "norm" in name:
            value = value + numpy.float32(1)
        if not name.startswith("model.layers."):
            top = {"model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output"}
            yield top[name[:-7]] + ".weight", value
            continue
        layer, rest = name[len("model.layers."):].split(".", 1)
        key, end = rest.rsplit(".", 1)
        if ".experts." in key:
            number, kind = key[len("mlp.experts."):].split(".")
            stack = experts.setdefault((layer, kind), {})
            stack[int(number)] = value
            if len(stack) == c["num_experts"]:
                stacked = numpy.stack([stack[i] for i in range(len(stack))])
                yield f"blk.{layer}.ffn_{kind[:-5]}_exps.weight", stacked
            continue
        if interleaves and key in ("self_attn.q_proj", "self_attn.k_proj"):
            heads = c["num_attention_heads" if key.endswith("q_proj") else "num_key_value_heads"]
            shape = value.shape
            value = value.reshape(heads, 2, shape[0] // heads // 2, -1).swapaxes(1, 2).reshape(shape)
        after = model.family in ("gemma3", "olmo2")
        names = NAMES | {"post_attention_layernorm": "post_attention_norm" if after else "ffn_norm"}
        yield f"blk.{layer}.{names[key]}.{end}", value
    scaling = c.get("rope_scaling", {})
    if scaling.get("rope_type") == "llama3":
        yield "rope_freqs.weight", llama3_divisors(c, scaling)


def llama3_divisors(c, scaling):
    dimension = c.get("head_dim", c["hidden_size"] // c["num_attention_heads"])
    plain = c["rope_theta"] ** (-numpy.arange(0, dimension, 2) / dimension)
    low, high = scaling["low_freq_factor"], scaling["high_freq_factor"]
    ratio = scaling["original_max_position_embeddings"] * plain / (2 * math.pi)
    smooth = numpy.clip((ratio - low) / (high - low), 0, 1)
    return (1 / ((1 - smooth) / scaling["factor"] + smooth)).astype(numpy.float32)


def quantised(values, r):
    """A type, and values that it can hold, or F16 where rows are no whole blocks."""
    wanted = r.choice(["F32", "F16", "BF16", "Q8_0", "Q4_0", "Q5_1"])
    result = {}
    for name, value in values.items():
        kind = gguf.GGMLQuantizationType[wanted if value.ndim == 2 else "F32"]
        if value.ndim == 2 and value.shape[1] % gguf.GGML_QUANT_SIZES[kind][0]:
            kind = gguf.GGMLQuantizationType.F16
        blocks = gguf.quants.quantize(value.numpy(), kind)
        result[name] = torch.tensor(numpy.array(gguf.quants.dequantize(blocks, kind), dtype=numpy.float32))
    return result, wanted


def write_gguf(model, facts, values, wanted, tokenizer, path):
    architecture = ARCHITECTURES.get(model.family, model.family)
    writer = gguf.GGUFWriter(path, architecture)
    for key, value in facts.items():
        add = {str: writer.add_string, int: writer.add_uint32, float: writer.add_float32}[type(value)]
        add(f"{architecture}.{key}", value)
    parsed = json.loads(tokenizer)
    vocabulary = sorted(parsed["model"]["vocab"], key=parsed["model"]["vocab"].get)
    extra = model.config["vocab_size"] - len(vocabulary)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(vocabulary + [f"[PAD{i}]" for i in range(extra)])
    writer.add_token_types([3 if i < 3 else 1 for i in range(len(vocabulary))] + [5] * extra)
    writer.add_token_merges([" ".join(pair) for pair in parsed["model"]["merges"]])
    writer.add_eos_token_id(2)
    writer.add_pad_token_id(0)
    writer.add_chat_template(TEMPLATE)
    for name, value in gguf_tensors(model, values):
        kind = gguf.GGMLQuantizationType[wanted if value.ndim > 1 else "F32"]
        if value.ndim > 1 and value.shape[-1] % gguf.GGML_QUANT_SIZES[kind][0]:
            kind = gguf.GGMLQuantizationType.F16
        writer.add_tensor(name, gguf.quants.quantize(numpy.ascontiguousarray(value), kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def rounded(value):
    if isinstance(value, float):
        return float(f"{value:.7g}")
    if isinstance(value, list):
        return [rounded(v) for v in value]
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    return value


def span_cases(r, count):
    """Methods, hops and spans for a target of `count` tokens without its end."""
    cut = r.randint(1, max(1, count - 2))
    output, reasoning = [min(cut, count - 1), count - 1], [0, max(0, cut - 1)]
    single = r.randrange(count)
    return [
        ("flashtrace", r.choice([2, 3]), output, reasoning), ("flashtrace", 1, None, None),
        ("ifr-span", 0, [single, single], None), ("ifr-tokenwise", 0, output if len(range(*output)) < 8 else [0, 4], None),
    ], [("route", r.choice([0, 1, 2]), output, None), ("flow", r.choice([0, 2]), output, None)]


def golden(reference, folder, model, sequences):
    """What golden.json and golden-route.json hold."""
    # AutoTokenizer would take another pre-tokenizer than the file's for some families.
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(folder / "tokenizer.json"), chat_template=TEMPLATE, **TOKENIZER_CONFIG)
    network = AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float64, attn_implementation="eager", experts_implementation="eager").eval()
    plain, routes = [], []
    for prompt, target, chat in sequences:
        formatted, pid, gid, user, tokens = reference.prepare(tokenizer, prompt, target, chat)
        layers, logits = reference.capture(network, pid + gid)
        log = logits.double().log_softmax(-1)
        facts = dict(
            prompt=prompt, target=target, chat=chat, formatted_prompt=formatted, prompt_ids=pid, generation_ids=gid,
            user_positions=user.tolist(), tokens=tokens, last_logits=logits[-1].tolist(),
            target_logprobs=[float(log[len(pid) + i - 1, t]) for i, t in enumerate(gid)])
        spans, routed = span_cases(model.random, len(gid) - 1)
        runs = []
        for method, hops, output, reasoning in spans:
            result = reference.trace(layers, tokens, user, len(pid), output, reasoning, hops, method)
            runs.append(dict(method=method, hops=hops, output_span=output, reasoning_span=reasoning) | result)
        plain.append(rounded(facts | dict(runs=runs)))
        runs = []
        for method, hops, output, _ in routed:
            walk = reference.route if method == "route" else reference.flow
            result = walk(layers, tokens, user, len(pid), output, hops)
            runs.append(dict(method=method, hops=hops, output_span=output) | result)
        routes.append(rounded(dict(runs=runs)))
    return plain, routes


def sequences(r, small):
    if small:
        return [(text(r, 9), text(r, 5), False)]
    return [(text(r, r.randint(1, 60)), text(r, r.randint(1, 25)), chat) for chat in (False, True)]


def random_models(seed, count):
    names = list(FAMILIES)
    return [Model(names[(seed + i) % len(names)], seed + i) for i in range(count)]


def made(reference, model, folder, tokenizer, values=None):
    model.write(folder, tokenizer, plain=values is not None, values=values)
    return golden(reference, folder, model, sequences(model.random, False))


def write(reference, folder, seed, count):
    tokenizer = tokenizer_json()
    for model in random_models(seed, count):
        place = pathlib.Path(folder) / "tiny" / f"{model.family}-{model.seed}"
        plain, routes = made(reference, model, place, tokenizer)
        (place / "golden.json").write_text(json.dumps(plain))
        (place / "golden-route.json").write_text(json.dumps(routes))


def fixture(reference):
    tokenizer, rows = tokenizer_json(), []
    for family in FAMILIES:
        for seed in (1, 2):
            model = Model(family, seed, small=True)
            with tempfile.TemporaryDirectory() as place:
                folder = pathlib.Path(place)
                model.write(folder, tokenizer, plain=True)
                plain, routes = golden(reference, folder, model, sequences(model.random, True))
            case = plain[0] | dict(runs=plain[0]["runs"] + routes[0]["runs"])
            rows.append(dict(
                family=family, seed=seed, config=model.config, tensors=[list(t) for t in model.tensors], sequence=case))
    print("[" + ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows) + "]")


# The same through the command.


def run(flashtrace, path, case, method, hops, output, reasoning):
    result = path.parent / "out.json"
    command = [
        flashtrace, "trace", "-m", str(path), "--prompt-text", case["prompt"], "--target-text", case["target"],
        "--method", method, "--hops", str(hops), "--precision", "f32", "--quiet", "--json", str(result)]
    if case["chat"]:
        command.append("--use-chat-template")
    for name, span in (("--output-span", output), ("--reasoning-span", reasoning)):
        if span:
            command += [name, f"{span[0]}:{span[1]}"]
    subprocess.run(command, check=True, capture_output=True)
    return json.loads(result.read_text())


def differences(result, case, expected, tolerance):
    """Name and size of everything that is too far."""
    def far(name, values, wanted, limit):
        if len(values) != len(wanted):
            yield name, math.inf
        elif wanted:
            largest = max(map(abs, wanted)) if limit is None else 1
            error = max(abs(a - b) for a, b in zip(values, wanted))
            if not error <= (tolerance * largest if limit is None else limit):
                yield name, error / (largest or 1)

    ids = [token["id"] for token in result["sequence"]]
    if ids != case["prompt_ids"] + case["generation_ids"]:
        yield "ids", math.inf
    yield from far("log-probabilities", result["target_logprobs"], case["target_logprobs"], 2e-4)
    yield from far("scores", result["scores"], expected["scores"], None)
    for key in ("generation_scores", "thinking_ratios"):
        if key in expected:
            yield from far(key, result[key], expected[key], None)
    for key in ("per_hop_scores", "per_hop_generation_scores", "rows"):
        for index, row in enumerate(expected.get(key, [])):
            yield from far(f"{key} {index}", result[key][index], row, None)


def compare(reference, flashtrace, seed, count, with_gguf):
    tokenizer, bad, runs, models = tokenizer_json(), 0, 0, 0
    for model in random_models(seed, count):
        with tempfile.TemporaryDirectory() as place:
            folder = pathlib.Path(place) / "model"
            paths, values = [folder], None
            if with_gguf:
                facts = gguf_facts(model)
                if facts is None:
                    continue
                values, wanted = quantised(model.values(), model.random)
                paths.append(pathlib.Path(place) / f"{wanted}.gguf")
                write_gguf(model, facts, values, wanted, tokenizer, paths[1])
            models += 1
            plain, routes = made(reference, model, folder, tokenizer, values)
            for case, more in zip(plain, routes):
                for path, expected in itertools.product(paths, case["runs"] + more["runs"]):
                    what = [expected.get(k) for k in ("method", "hops", "output_span", "reasoning_span")]
                    tolerance = 1e-3 if model.family == "qwen3-moe" else 2e-4
                    try:
                        found = list(differences(run(flashtrace, path, case, *what), case, expected, tolerance))
                    except subprocess.CalledProcessError as error:
                        found = [(error.stderr.decode().strip(), math.inf)]
                    runs, bad = runs + 1, bad + bool(found)
                    for name, size in found:
                        size = f"{len(case['tokens'])} tokens: {name}: {size:.3g}"
                        print(f"{model.family} {model.seed}, {path.name}, {what}, {size}")
                        print("   ", json.dumps(model.config), flush=True)
    print(f"{models} models from seed {seed}, {runs} runs: {bad} differ")
    sys.exit(1 if bad else 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reference")
    parser.add_argument("action", choices=["write", "compare", "fixture"])
    parser.add_argument("path", nargs="?")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=9)
    parser.add_argument("--gguf", action="store_true")
    arguments = parser.parse_args()
    spec = importlib.util.spec_from_file_location("reference", os.path.join(arguments.reference, "reference.py"))
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    torch.set_num_threads(1)
    if arguments.action == "write":
        write(reference, arguments.path, arguments.seed, arguments.count)
    elif arguments.action == "compare":
        compare(reference, arguments.path, arguments.seed, arguments.count, arguments.gguf)
    else:
        fixture(reference)


main()
