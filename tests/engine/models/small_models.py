"""Models of real open_clip architectures with small random weights, in folders as the hub has them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

WORDS = ("dog", "cat", "beach", "a", "photo", "of", "on", "boat", "lake", "the", "good", "picture", "this", "is")

_VISION = {"image_size": 32, "layers": 1, "width": 32, "head_width": 16, "patch_size": 16}
PLAIN: dict[str, Any] = {
    "embed_dim": 16,
    "quick_gelu": True,
    "vision_cfg": _VISION,
    "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 16, "heads": 2, "layers": 1},
}
SIGLIP: dict[str, Any] = {
    "embed_dim": 32,
    "init_logit_bias": -10,
    "custom_text": True,
    "vision_cfg": {
        "image_size": 160,
        "timm_model_name": "test_vit3",
        "timm_model_pretrained": False,
        "timm_pool": "map",
        "timm_proj": "linear",
    },
    "text_cfg": {
        "context_length": 16,
        "vocab_size": 64,
        "hf_tokenizer_name": "facet/small-siglip",
        "tokenizer_kwargs": {"clean": "canonicalize"},
        "width": 32,
        "heads": 2,
        "layers": 1,
        "no_causal_mask": True,
        "proj_bias": True,
        "pool_type": "last",
        "norm_kwargs": {"eps": 1e-06},
        "act_kwargs": {"approximate": "tanh"},
    },
}
ROBERTA: dict[str, Any] = {
    "embed_dim": 16,
    "vision_cfg": _VISION,
    "text_cfg": {
        "hf_model_name": "facet/small-roberta",
        "hf_tokenizer_name": "facet/small-roberta",
        "hf_pooler_type": "mean_pooler",
        "hf_proj_type": "mlp",
    },
}
_ROBERTA_TOWER = {
    "model_type": "xlm-roberta",
    "vocab_size": 64,
    "hidden_size": 32,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "max_position_embeddings": 96,
    "pad_token_id": 1,
    "bos_token_id": 0,
    "eos_token_id": 2,
    "type_vocab_size": 1,
}


def write_model(folder: Path, config: dict[str, Any], *, seed: int = 0, form: str = "safetensors") -> Path:
    """Weights of the architecture and its description; `form` is safetensors or bin. Text files have to be there before."""
    import open_clip
    import torch
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(seed)
    model_config = json.loads(json.dumps(config))
    if "hf_model_name" in config["text_cfg"]:
        model_config["text_cfg"]["hf_model_name"] = str(folder)
    made = open_clip.CoCa if "multimodal_cfg" in config else open_clip.CustomTextCLIP if _custom(config) else open_clip.CLIP
    for key in ("custom_text",):
        model_config.pop(key, None)
    if "hf_model_name" in config["text_cfg"]:
        model_config["text_cfg"]["hf_model_pretrained"] = False
    state = {name: value.contiguous().clone() for name, value in made(**model_config).state_dict().items()}
    described = {"model_cfg": config, "preprocess_cfg": {"mean": [0.5] * 3, "std": [0.5] * 3, "resize_mode": "squash"}}
    (folder / "open_clip_config.json").write_text(json.dumps(described))
    weights = folder / f"open_clip_model.{form}"
    if form == "safetensors":
        save_file(state, weights)
    else:
        torch.save(state, weights)
    return weights


def write_plain(folder: Path, **options: Any) -> Path:
    """A plain CLIP: transformer towers, open_clip's own tokenizer."""
    return write_model(folder, PLAIN, **options)


def write_siglip(folder: Path, **options: Any) -> Path:
    """As SigLIP 2 is made: a timm picture tower, open_clip's text tower without a causal mask, a tokenizer of transformers."""
    folder.mkdir(parents=True, exist_ok=True)
    write_tokenizer(folder, ("<pad>", "<eos>", "<bos>", "<unk>"), "<bos> $A", {"add_bos_token": False, "add_eos_token": True})
    return write_model(folder, SIGLIP, **options)


def write_roberta(folder: Path, **options: Any) -> Path:
    """A text tower of transformers' own, with its tokenizer."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(_ROBERTA_TOWER))
    write_tokenizer(folder, ("<s>", "<pad>", "</s>", "<unk>"), "<s> $A </s>", {"tokenizer_class": "XLMRobertaTokenizer"})
    return write_model(folder, ROBERTA, **options)


COCA: dict[str, Any] = {
    "embed_dim": 16,
    "vision_cfg": {**_VISION, "attentional_pool": True, "attn_pooler_heads": 2, "output_tokens": True},
    "text_cfg": {
        "context_length": 76, "vocab_size": 49408, "width": 16, "heads": 2, "layers": 1, "embed_cls": True, "output_tokens": True,
    },
    "multimodal_cfg": {
        "context_length": 76, "vocab_size": 49408, "width": 16, "heads": 2, "layers": 1, "attn_pooler_heads": 2,
    },
    "custom_text": True,
}  # fmt: skip


def write_coca(folder: Path, **options: Any) -> Path:
    """A model that writes captions, with open_clip's own tokenizer."""
    return write_model(folder, COCA, **options)


DINO: dict[str, Any] = {
    "architecture": "vit_small_patch14_dinov2",
    "num_classes": 0,
    "model_args": {"embed_dim": 32, "depth": 2, "num_heads": 2, "img_size": 42},
    "pretrained_cfg": {
        "input_size": [3, 42, 42],
        "interpolation": "bicubic",
        "crop_pct": 1.0,
        "crop_mode": "center",
        "mean": [0.485, 0.456, 0.406],
        "std": [0.229, 0.224, 0.225],
        "num_classes": 0,
        "first_conv": "patch_embed.proj",
        "classifier": "head",
    },
}
BEIT: dict[str, Any] = {
    "architecture": "beit_base_patch16_224",
    "num_classes": 7,
    "model_args": {"embed_dim": 32, "depth": 2, "num_heads": 2, "img_size": 48},
    "pretrained_cfg": {
        **DINO["pretrained_cfg"],
        "input_size": [3, 48, 48],
        "crop_pct": 0.9,
        "mean": [0.5] * 3,
        "std": [0.5] * 3,
        "num_classes": 7,
    },
}


def write_look(folder: Path, config: dict[str, Any], *, seed: int = 0) -> Path:
    """A model of timm's that reads pictures only, with its config.json; BEiT's as published still has its classifier."""
    import timm
    import torch
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(seed)
    made: Any = timm.create_model(config["architecture"], num_classes=config["num_classes"], **config["model_args"])
    # as drawn, the last layers hardly tell one picture from another
    state = {name: value.contiguous() + 0.2 * torch.randn(value.shape) for name, value in made.state_dict().items()}
    (folder / "config.json").write_text(json.dumps(config))
    save_file(state, folder / "model.safetensors")
    return folder / "model.safetensors"


def write_tokenizer(folder: Path, special: tuple[str, ...], form: str, said: dict[str, Any]) -> None:
    """tokenizer.json and tokenizer_config.json of a few whole words, as a unigram vocabulary."""
    from tokenizers import AddedToken, Tokenizer
    from tokenizers.models import Unigram
    from tokenizers.pre_tokenizers import Metaspace
    from tokenizers.processors import TemplateProcessing

    vocabulary = [(token, 0.0) for token in special] + [(f"▁{word}", -1.0) for word in WORDS]
    tokenizer = Tokenizer(Unigram(vocabulary, unk_id=special.index("<unk>")))
    tokenizer.pre_tokenizer = Metaspace()
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in special])
    used = [(token, special.index(token)) for token in form.split() if token in special]
    tokenizer.post_processor = TemplateProcessing(single=form, special_tokens=used)
    tokenizer.save(str(folder / "tokenizer.json"))
    names = {"<pad>": "pad_token", "<eos>": "eos_token", "</s>": "eos_token", "<bos>": "bos_token", "<s>": "bos_token",
             "<unk>": "unk_token"}  # fmt: skip
    (folder / "tokenizer_config.json").write_text(
        json.dumps({**said, **{names[token]: token for token in special}, "model_max_length": 64})
    )


def _custom(config: dict[str, Any]) -> bool:
    return bool(config.get("custom_text")) or "hf_model_name" in config["text_cfg"]
