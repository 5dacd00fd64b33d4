"""Makes chats.json beside this file: conversations as published chat templates write them, by transformers.

usage: make_chats.py FOLDER    (with a MODEL.jinja, the published template, for each model below; needs transformers 5)
"""
import json, pathlib, sys
from transformers.utils.chat_template_utils import render_jinja_template

HERE = pathlib.Path(__file__).parent
LLAMA = ("<|begin_of_text|>", "<|eot_id|>")
DEEPSEEK = ("<\uff5cbegin\u2581of\u2581sentence\uff5c>", "<\uff5cend\u2581of\u2581sentence\uff5c>")
# The model, the name of its format here (or the marks by which its template is known), its tokens of the beginning and
# end, what else its template is given.
MODELS = [
    ("smollm2", "chatml", ("<|im_start|>", "<|im_end|>"), {}),
    ("qwen2.5", "chatml", ("", "<|im_end|>"), {}),
    ("qwen3", "qwen3", ("", "<|im_end|>"), {}),
    ("qwen3", "qwen3", ("", "<|im_end|>"), {"enable_thinking": True}),
    ("qwen3", "qwen3-no-thinking", ("", "<|im_end|>"), {"enable_thinking": False}),
    ("llama3", "llama3", LLAMA, {}),
    ("llama3.1", "llama3.1", LLAMA, {}),
    ("gemma2", "gemma", ("<bos>", "<eos>"), {}),
    ("deepseek-r1", "deepseek-r1", DEEPSEEK, {}),
    ("phi3", "phi3", ("<s>", "<|endoftext|>"), {}),
    ("phi3-2024-07", "<|system|><|user|><|assistant|><|end|>", ("<s>", "<|endoftext|>"), {}),
    ("phi3.5", "== 'system' and message['content'] <|system|><|user|><|assistant|><|end|>", ("<s>", "<|endoftext|>"), {}),
    ("mistral-v0.1", "mistral-v1", ("<s>", "</s>"), {}),
    ("mistral-large-2407", "mistral-v3", ("<s>", "</s>"), {}),
    ("mistral-nemo", "mistral-tekken", ("<s>", "</s>"), {}),
    ("mistral-large-2411", "mistral-v7", ("<s>", "</s>"), {}),
    ("llama2", "llama2", ("<s>", "</s>"), {}),
    ("llama3.2", "Cutting Knowledge Date: December 2023 26 Jul 2024 strftime_now(\"%d %b %Y\") <|start_header_id|>", LLAMA,
     {"date_string": "02 Jan 2031"}),
]


def turns(*contents, system=None):
    first = [{"role": "system", "content": system}] if system is not None else []
    return first + [{"role": ("user", "assistant")[i % 2], "content": c} for i, c in enumerate(contents)]


CONVERSATIONS = [
    turns("Hi"), turns("  two  spaces \n"), turns("a", "b", "c"), turns("Hi \u00e9", system="Be brief."),
    turns("a", "b", "c", " d ", "e", system="You know\nall."), turns("a", "<think>\nwhy\n</think>\n\nb", "c"),
    turns("x", "<think>\n\n</think>\n\ny", "z", "no thought", "w", system="sys"), turns("\U0001f600", "", "?"),
    turns("a", " b ", "c", system=" Padded. "), turns("no system", system=""),
]


def rows():
    folder = pathlib.Path(sys.argv[1])
    for model, name, (begin, end), more in MODELS:
        template = (folder / f"{model}.jinja").read_text()
        for messages in CONVERSATIONS:
            # A default system prompt is the template's own, not the format's. The first template of Phi-3 leaves a system
            # message out.
            has_system = messages[0]["role"] == "system"
            if not has_system if name == "chatml" else has_system and model == "phi3":
                continue
            try:
                text = render_jinja_template([messages], chat_template=template, add_generation_prompt=True,
                                             bos_token=begin, eos_token=end, **more)[0][0]
            except Exception as error:
                print(f"{model}: {error}", file=sys.stderr)
                continue
            yield {"model": model, "format": name, "messages": messages, "text": text}


if __name__ == "__main__":
    lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows())
    (HERE / "chats.json").write_text(f"[\n{lines}\n]\n")
