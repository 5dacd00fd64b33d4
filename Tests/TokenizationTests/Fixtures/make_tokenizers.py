"""Makes tokenizers.json and real_models.json beside this file: texts with their tokens by the `tokenizers` package.

usage: make_tokenizers.py SMOLLM2.gguf QWEN2.gguf GEMMA3.gguf    (needs tokenizers 0.23 and gguf)
"""
import copy, json, pathlib, random, sys
from gguf import GGUFReader
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

HERE = pathlib.Path(__file__).parent
RANDOM = random.Random(7)
QWEN2 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
         r"|\s*[\r\n]+|\s+(?!\S)|\s+")
BLOCKS = [(0x41, 0x7b), (0xa0, 0x250), (0x300, 0x530), (0x590, 0x700), (0x900, 0x980), (0xe00, 0xe5c), (0x1100, 0x1200),
          (0xac00, 0xd7a4), (0x3040, 0x3100), (0x4e00, 0x9fff), (0x1e00, 0x2070), (0x2150, 0x2190), (0x2460, 0x2500),
          (0xf900, 0xfb50), (0xff00, 0xffef), (0x1f300, 0x1f700), (0x1d400, 0x1d800), (0, 0x20), (0x7f, 0xa1)]
WORDS = ["the", "quick", "def f(x):", "return", " 1", " 12345", "  7", "\n    42", "'s", "'RE", "'\u017f", " don't",
         "\r\n", "\n\n", "\t", "...", "=> ", "e\u0301", "a\u0323\u0302", "q\u0307\u0323", "\U0001f468\u200d\U0001f469",
         "\U0001f1e9\U0001f1ea", "\u0915\u093f", "\u1100\u1161\u11a8", "\u212b", "\ufb01", "\u00bd", "\u00b2", "\u0663",
         "\u00a0", "\u3000", "\u2028", "\u0085", "na\u00efve", "caf\u00e9", "cafe\u0301", "\u2581", "<unk>", "x" * 30]


def text(special):
    parts = []
    for _ in range(RANDOM.randint(1, 8)):
        choice = RANDOM.random()
        if choice < .5:
            parts.append(RANDOM.choice(WORDS))
        elif choice < .58 and special:
            parts.append(RANDOM.choice(special))
        elif choice < .75:
            parts.append(" " * RANDOM.randint(1, 4))
        else:
            first, end = RANDOM.choice(BLOCKS)
            parts.append("".join(chr(RANDOM.randrange(first, end)) for _ in range(RANDOM.randint(1, 4))))
    return "".join(parts)


def rows(tokenizer, count, special, covers=lambda text: True):
    result = []
    while len(result) < count:
        sample = text(special)
        if not covers(sample):
            continue
        encoding = tokenizer.encode(sample, add_special_tokens=False)
        result.append({"text": sample, "ids": encoding.ids, "offsets": [list(o) for o in encoding.offsets],
                       "decoded": tokenizer.decode(encoding.ids, skip_special_tokens=False)})
    return result


def trained(space_marks):
    corpus = [" ".join(WORDS) + " the quick brown fox jumps over lazy dogs and returns"] * 2
    if space_marks:
        tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
        special, alphabet = ["<unk>", "<s>", "</s>"] + [f"<0x{i:02X}>" for i in range(256)], []
    else:
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
        special, alphabet = ["<|end|>", "<|user|>"], pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=400, special_tokens=special, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(corpus, trainer)
    result = json.loads(tokenizer.to_str())
    result["added_tokens"] = [t for t in result["added_tokens"] if not t["content"].startswith("<0x")]
    return result


def byte_level(**changes):
    return {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": True} | changes


def split(regex, **changes):
    step = {"type": "Split", "pattern": {"Regex": regex}, "behavior": "Isolated", "invert": False} | changes
    return {"type": "Sequence", "pretokenizers": [step, byte_level(use_regex=False)]}


def added(tokenizer, content, **changes):
    last = max(tokenizer["model"]["vocab"].values())
    tokenizer["added_tokens"].append({"id": last + 1, "content": content, "single_word": False, "lstrip": False,
                                      "rstrip": False, "normalized": False, "special": False} | changes)


def variants():
    base, marks = trained(False), trained(True)
    special = ["<|end|>", "<|user|>", "<|use"]

    def variant(name, change, special=special, base=base):
        tokenizer = copy.deepcopy(base)
        change(tokenizer)
        result = {"name": name, "tokenizer": json.dumps(tokenizer, ensure_ascii=False)}
        return result | {"rows": rows(Tokenizer.from_str(result["tokenizer"]), 30, special)}

    def setting(**changes):
        return lambda tokenizer: tokenizer.update(changes)

    def stripping(tokenizer):
        for index, token in enumerate(tokenizer["added_tokens"]):
            token["lstrip" if index else "rstrip"] = True
        added(tokenizer, "thy", single_word=True)

    def normalized(tokenizer):
        tokenizer["normalizer"] = {"type": "NFC"}
        added(tokenizer, "ca\u0301fe", normalized=True)

    def prepending(**changes):
        def change(tokenizer):
            replace = {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}
            tokenizer["normalizer"] = {"type": "Sequence",
                                       "normalizers": [{"type": "Prepend", "prepend": "\u2581"}, replace]}
            tokenizer["pre_tokenizer"] = None
            back = {"type": "Replace", "pattern": {"String": "\u2581"}, "content": " "}
            strip = {"type": "Strip", "content": " ", "start": 1, "stop": 0}
            tokenizer["decoder"] = {"type": "Sequence",
                                    "decoders": [back, {"type": "ByteFallback"}, {"type": "Fuse"}, strip]}
            tokenizer["model"].update(changes)
        return change

    llama3 = QWEN2.replace(r"\p{N}|", r"\p{N}{1,3}|")
    digits = {"type": "Sequence", "pretokenizers": [{"type": "Digits", "individual_digits": True}, byte_level()]}
    digit_runs = {"type": "Sequence", "pretokenizers": [{"type": "Digits", "individual_digits": False}, byte_level()]}
    yield variant("GPT-2", setting())
    yield variant("digits", setting(pre_tokenizer=digits))
    yield variant("digit runs", setting(pre_tokenizer=digit_runs))
    yield variant("Qwen2 with NFC", setting(pre_tokenizer=split(QWEN2), normalizer={"type": "NFC"}))
    yield variant("Llama 3, matches kept", setting(pre_tokenizer=split(llama3, behavior="Removed", invert=True)))
    yield variant("trimmed offsets", setting(post_processor=byte_level(trim_offsets=True)))
    yield variant("ignored merges", lambda tokenizer: tokenizer["model"].update(ignore_merges=True))
    yield variant("added tokens that strip or stand alone", stripping, special + ["thy", "xthy", " thy ", "thy\u0301"])
    yield variant("a normalized added token", normalized, special + ["ca\u0301fe", "c\u00e1fe"])
    sentence = ["<s>", "</s>", "<unk>"]
    yield variant("byte fallback", prepending(byte_fallback=True, fuse_unk=True), sentence, marks)
    yield variant("fused unknown", prepending(byte_fallback=False, fuse_unk=True), sentence, marks)
    yield variant("unknown", prepending(byte_fallback=False, fuse_unk=False), sentence, marks)
    for form in ("NFD", "NFKC", "NFKD", "Lowercase"):
        yield variant(form, setting(normalizer={"type": form}))
    yield variant("Strip", setting(normalizer={"type": "Strip", "strip_left": True, "strip_right": True}))
    replace = {"type": "Replace", "pattern": {"String": "the"}, "content": "quick"}
    yield variant("Replace", setting(normalizer=replace))
    prefix = byte_level(add_prefix_space=True, trim_offsets=True)
    yield variant("a space before", setting(pre_tokenizer=prefix, post_processor=prefix))

    def metaspace(scheme, split):
        step = {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": scheme, "split": split}
        return setting(normalizer=None, pre_tokenizer=step, decoder=step)

    yield variant("Metaspace, always", metaspace("always", True), sentence, marks)
    yield variant("Metaspace, first", metaspace("first", False), sentence, marks)
    yield variant("Metaspace, never", metaspace("never", True), sentence, marks)


class Vocabulary:
    def __init__(self, path):
        self.fields = GGUFReader(path).fields
        self.tokens, self.types = self.strings("tokens"), self.numbers("token_type")
        self.ids = {token: id for id, token in enumerate(self.tokens)}

    def field(self, key):
        field = self.fields["tokenizer.ggml." + key]
        return (field.parts[index] for index in field.data)

    def strings(self, key):
        return [bytes(part).decode() for part in self.field(key)]

    def numbers(self, key):
        return [part[0].item() for part in self.field(key)]

    def add_special(self, tokenizer):
        for types, special in (((2, 3), True), ((4,), False)):
            tokens = [token for token, type in zip(self.tokens, self.types) if type in types]
            tokenizer.add_tokens([AddedToken(token, special=special, normalized=False) for token in tokens])

    def byte_level(self, pre_tokenizer, normalizer=None):
        merges = [tuple(merge.split(" ", 1)) for merge in self.strings("merges")]
        tokenizer = Tokenizer(models.BPE(vocab=self.ids, merges=merges))
        tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizer, decoders.ByteLevel()
        if normalizer:
            tokenizer.normalizer = normalizer
        self.add_special(tokenizer)
        return tokenizer

    def space_marks(self):
        scores, merges = self.numbers("scores"), []
        for token, id in self.ids.items():
            if self.types[id] == 1:
                cuts = ((token[:at], token[at:]) for at in range(1, len(token)))
                merges += [(-scores[id], self.ids[a], self.ids[b], a, b) for a, b in cuts
                           if a in self.ids and b in self.ids]
        merges = [(a, b) for _, _, _, a, b in sorted(merges, key=lambda merge: merge[:3])]
        model = models.BPE(vocab=self.ids, merges=merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True)
        tokenizer = Tokenizer(model)
        tokenizer.normalizer = normalizers.Replace(" ", "\u2581")
        tokenizer.decoder = decoders.Sequence(
            [decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse()])
        self.add_special(tokenizer)
        return tokenizer


def real_models(smollm2, qwen2, gemma3):
    chat = ["<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|im_end"]
    vocabulary = Vocabulary(smollm2)
    # As transformers reads this file; the published tokenizer.json parts digits first.
    tokenizer = vocabulary.byte_level(pre_tokenizers.ByteLevel(add_prefix_space=False))
    # Where this vocabulary has no token for a byte, `tokenizers` gives all offsets after it in the word wrongly.
    visible = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    covers = lambda text: all(c in vocabulary.ids for part, _ in visible.pre_tokenize_str(text) for c in part)
    yield {"name": "smollm2-135m", "rows": rows(tokenizer, 60, chat, covers)}
    tokenizer = Vocabulary(qwen2).byte_level(
        pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(QWEN2), "isolated"),
                                 pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]), normalizers.NFC())
    yield {"name": "qwen2.5-coder-0.5b", "rows": rows(tokenizer, 60, chat)}
    tokenizer = Vocabulary(gemma3).space_marks()
    yield {"name": "gemma3-270m", "rows": rows(tokenizer, 60, ["<start_of_turn>", "<end_of_turn>", "<bos>", "\n\n\n"])}


def invalid_utf8():
    valid = [b"a", "\u00e9".encode(), "\u20ac".encode(), "\U0001f600".encode()]
    for _ in range(60):
        parts = [RANDOM.choice(valid) if RANDOM.random() < .4 else RANDOM.randbytes(RANDOM.randint(1, 3))
                 for _ in range(RANDOM.randint(1, 5))]
        parts = [part[:RANDOM.randint(1, len(part))] for part in parts]
        yield b"".join(parts)
    yield from [b"\xe1\x80A", b"\xf0\x80\x80", b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80", b"\xf1\x80\x80", b"\xe2\x82"]


def write(name, value):
    lines = ",\n".join(json.dumps(row, ensure_ascii=True, separators=(",", ":")) for row in value)
    (HERE / name).write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    write("tokenizers.json", variants())
    write("real_models.json", real_models(*sys.argv[1:]))
    write("invalid_utf8.json", ({"bytes": list(b), "text": b.decode(errors="replace")} for b in invalid_utf8()))
