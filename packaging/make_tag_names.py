"""Write resources/tags/built-in.npz: the names of tags as the built-in model reads them, so that nobody waits for that.

    python packaging/make_tag_names.py

To be run when the vocabulary or the built-in model has changed; a test says so. Takes half a minute.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from app.engine.models.registry import active_model  # noqa: E402
from app.engine.tags.names import Making  # noqa: E402
from app.engine.tags.vocabulary import names  # noqa: E402

if __name__ == "__main__":
    file = ROOT / "resources" / "tags" / "built-in.npz"
    file.unlink(missing_ok=True)  # it would be taken for what is to be made: what changes texts only keeps the model's version
    with tempfile.TemporaryDirectory() as folder:
        making = Making(active_model(), names(), Path(folder))
        while making.made is None:
            making.step()
        making.keep(file)
        print(f"{len(making.made.names)} names")
