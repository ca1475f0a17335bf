"""Synthetic feeders of any length, as tables: a branching trunk, laterals behind fuses, ties."""

import csv
import random
from pathlib import Path

__all__ = ["feeder_tables"]

_NODE_COLUMNS = ("id", "kv", "lon", "lat", "load_mw", "customers", "age_years", "flood_level_m",
                 "area")  # fmt: skip
_EDGE_COLUMNS = ("id", "u", "v", "kind", "length_km", "construction", "max_i_ka", "rated_mva",
                 "switch_u", "switch_u_closed", "switch_v", "switch_v_closed", "age_years", "trees",
                 "x_ohm_per_km")  # fmt: skip
_TRUNK_SHARE = 0.35
_KM = 0.04
_DEGREE_KM = 111.2


def feeder_tables(folder: Path, n_nodes: int, seed: int = 1, n_ties: int = 11) -> tuple[Path, Path]:
    """Write the tables of one feeder with so many nodes behind one breaker; return their paths.

    Each node hangs on one close before it. A third of them are trunk, with a load-break switch at
    each end of every section; the others are laterals, with a fuse where they leave the trunk and
    a load-break switch at the head of each further section. Two nodes in three have customers.
    """
    luck = random.Random(seed)
    is_trunk = [True] + [luck.random() < _TRUNK_SHARE for _ in range(n_nodes - 1)]
    nodes = [("h", 110, 119.7, 27.5, 0, 0, "", "", ""), ("s", 10, 119.7, 27.5, 0, 0, "", "", "")]
    edges: list[tuple[object, ...]] = [
        (each, "h", "s", "transformer", "", "", "", 40, "CB", 1, "CB", 1, "", "", "")
        for each in ("t1", "t2")
    ]
    place = {"s": (119.7, 27.5)}
    for k in range(n_nodes):
        above = _above(k, is_trunk, luck)
        lon, lat = place[above]
        place[str(k)] = lon, lat = (
            lon + luck.uniform(-1, 1) * _KM / _DEGREE_KM,
            lat + luck.uniform(0, 1) * _KM / _DEGREE_KM,
        )
        customers = luck.randrange(5, 120) if luck.random() < 2 / 3 else 0
        age, area = luck.randrange(1, 40), "old" if luck.random() < 0.1 else ""
        nodes.append((str(k), 10, lon, lat, 0.002 * customers, customers, age, "", area))
        at_u, at_v = "LBS", "LBS" if is_trunk[k] else ""
        if not k:
            at_u = "CB"
        elif not is_trunk[k] and is_trunk[int(above)]:
            at_u = "FUSE"
        km = luck.uniform(0.5, 1.5) * _KM
        edges.append(
            (
                f"l{k}",
                above,
                str(k),
                "line",
                f"{km:.4f}",
                "overhead",
                0.4,
                "",
                at_u,
                1,
                at_v,
                1,
                age,
                0.3,
                0.35,
            )
        )
    trunk = [k for k in range(n_nodes) if is_trunk[k]]
    for k in range(n_ties):
        one, other = luck.sample(trunk, 2)
        edges.append(
            (f"x{k}", one, other, "line", 0.1, "cable", 0.4, "", "LBS", 1, "LBS", 0, "", "", "")
        )
    return _write(folder / "nodes.csv", _NODE_COLUMNS, nodes), _write(
        folder / "edges.csv", _EDGE_COLUMNS, edges
    )


def _above(k: int, is_trunk: list[bool], luck: random.Random) -> str:
    if not k:
        return "s"
    near = list(range(max(0, k - 30), k))
    if is_trunk[k]:
        near = [each for each in range(max(0, k - 60), k) if is_trunk[each]] or [0]
    return str(luck.choice(near))


def _write(path: Path, columns: tuple[str, ...], rows: list[tuple[object, ...]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns)
        writer.writerows(rows)
    return path
