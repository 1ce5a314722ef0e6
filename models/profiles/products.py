"""Product groups for files that only have products: one word per product, or the product itself.

A group is the word that most customers' first products share ("bag" in JUMBO BAG RED RETROSPOT),
after colours, sizes and filling words. It is a rule of thumb and is labelled as one. Only first
products are looked at, so that later purchases cannot move anybody to another group.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import Final

import pandas as pd

from models.profiles.traits import FEWEST

MOST_GROUPS: Final = 15
MOST_PLAIN: Final = 40
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
# Filling words, packs, sizes, colours, materials, numbers and directions.
_IDLE: Final = frozenset(
    re.findall(
        r"\w+",
        """
        the and with for von mit und der die das per pack set piece box boxed pcs assorted design
        mixed new large small medium mini jumbo big tall long giant size stuck gross klein mittel
        neu sortiert red blue green white black pink ivory cream yellow orange purple grey gray
        silver gold brown turquoise colour color coloured colored rot blau grun weiss schwarz rosa
        gelb grau wood wooden metal glass ceramic paper vintage retro antique one two three four
        five six ten left right
        """,
    )
)


@dataclass(frozen=True, eq=False)
class ProductGroups:
    """Each customer's first product group, and how groups were made.

    Attributes
    ----------
    group
        Group per customer, missing where there is none.
    phrase
        How being in one is said, with `{}` for the group.
    how
        What a group is, as a sentence.
    """

    group: pd.Series[str]
    phrase: str
    how: str


def product_groups(product: pd.Series[str], *, named: bool) -> ProductGroups:
    """Return a group for each customer's first product.

    Parameters
    ----------
    product
        Name or code of the product that most money of the first order went to, per customer.
    named
        Whether the file has names beside its codes.
    """
    counted = product.value_counts()
    words = {name: _words(str(name)) for name in counted.index}
    speaking = sum(int(counted[name]) for name, found in words.items() if found)
    if len(counted) <= MOST_PLAIN or speaking < 0.5 * counted.sum():
        what = "products" if named or len(counted) <= MOST_PLAIN else "product codes"
        return ProductGroups(
            product.astype(object),
            "first order mainly {}",
            f"Each of the most frequent first {what} stands for itself.",
        )
    bought: Counter[str] = Counter()
    for name, found in words.items():
        bought.update(dict.fromkeys(found, int(counted[name])))
    best = {
        name: min(found, key=lambda word: (-bought[word], word))
        for name, found in words.items() if found
    }  # fmt: skip
    sizes: Counter[str] = Counter()
    for name, word in best.items():
        sizes[word] += int(counted[name])
    kept = [word for word, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0]))
            if size >= 2 * FEWEST][:MOST_GROUPS]  # fmt: skip
    group = product.map({name: word for name, word in best.items() if word in set(kept)})
    return ProductGroups(
        group.astype(object),
        "first order mainly products named “{}”",
        "The file has no product groups: a product stands with those that share its most frequent "
        "word.",
    )


def _words(name: str) -> tuple[str, ...]:
    """Return the telling words of a product's name, in lower case and without a plural s."""
    plain = unicodedata.normalize("NFKD", name.lower())
    found = []
    for word in _WORD.findall("".join(c for c in plain if not unicodedata.combining(c))):
        single = word[:-1] if len(word) > 3 and word.endswith("s") and word[-2] != "s" else word
        if word not in _IDLE and single not in _IDLE:
            found.append(single)
    return tuple(dict.fromkeys(found))
