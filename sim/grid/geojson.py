"""Say a grid in GeoJSON (RFC 7946): longitude first, WGS 84, one feature for each asset.

`kind` of a feature is bus, section, switch, substation_transformer or distribution_transformer;
its other properties bear the names they have in `sim.grid.assets`.
"""

from __future__ import annotations

from typing import Any

from sim.grid.assets import NONE, Bus, DistributionTransformer, Grid, LineSection, Switch

__all__ = ["geojson"]

_DIGITS = 7
"""Of degrees: about a centimetre, as RFC 7946 (11.2) advises not to claim more."""


def geojson(grid: Grid) -> dict[str, Any]:
    """Return a feature collection of all buses, sections, switches and transformers."""
    names = [each.id for each in grid.districts]
    features = [
        *(_bus(each, names) for each in grid.buses),
        *(_section(each, names, grid) for each in grid.sections),
        *(_switch(each, names, grid) for each in grid.switches),
        *(
            _feature(
                "substation_transformer",
                each.id,
                _point(each.latitude, each.longitude),
                district=names[each.district_ix],
                high_bus=grid.buses[each.high_bus_ix].id,
                low_bus=grid.buses[each.low_bus_ix].id,
                rated_mva=each.rated_mva,
            )
            for each in grid.substation_transformers
        ),
        *(_transformer(each, names, grid) for each in grid.transformers),
    ]
    found: dict[str, Any] = {"type": "FeatureCollection"}
    if grid.buses:
        lon, lat = (
            [getattr(each, name) for each in grid.buses] for name in ("longitude", "latitude")
        )
        found["bbox"] = [round(each, _DIGITS) for each in (min(lon), min(lat), max(lon), max(lat))]
    return found | {"features": features}


def _feature(kind: str, asset: str, geometry: dict[str, Any], **properties: Any) -> dict[str, Any]:
    given = {name: value for name, value in properties.items() if value is not None}
    return {
        "type": "Feature",
        "id": asset,
        "geometry": geometry,
        "properties": {"id": asset, "kind": kind, **given},
    }


def _point(latitude: float, longitude: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": _position(latitude, longitude)}


def _position(latitude: float, longitude: float) -> list[float]:
    return [round(longitude, _DIGITS), round(latitude, _DIGITS)]


def _bus(bus: Bus, names: list[str]) -> dict[str, Any]:
    return _feature(
        "bus",
        bus.id,
        _point(bus.latitude, bus.longitude),
        district=names[bus.district_ix],
        kv=bus.kv,
        is_source=bus.is_source,
    )


def _section(line: LineSection, names: list[str], grid: Grid) -> dict[str, Any]:
    switches = [
        grid.switches[each].id for each in (line.from_switch_ix, line.to_switch_ix) if each != NONE
    ]
    return _feature(
        "section",
        line.id,
        {
            "type": "LineString",
            "coordinates": [_position(*line.from_place), _position(*line.to_place)],
        },
        district=names[line.district_ix],
        from_bus=grid.buses[line.from_bus_ix].id,
        to_bus=grid.buses[line.to_bus_ix].id,
        kv=line.kv,
        length_km=line.length_km,
        construction=line.construction,
        max_i_ka=line.max_i_ka,
        switches=switches,
        failures_per_year=line.failures_per_year,
        repair_h=line.repair_h,
    )


def _switch(switch: Switch, names: list[str], grid: Grid) -> dict[str, Any]:
    return _feature(
        "switch",
        switch.id,
        _point(switch.latitude, switch.longitude),
        district=names[switch.district_ix],
        device=switch.kind,
        bus=grid.buses[switch.bus_ix].id,
        is_closed=switch.is_closed,
        is_remote=switch.is_remote,
    )


def _transformer(
    transformer: DistributionTransformer, names: list[str], grid: Grid
) -> dict[str, Any]:
    return _feature(
        "distribution_transformer",
        transformer.id,
        _point(transformer.latitude, transformer.longitude),
        district=names[transformer.district_ix],
        bus=grid.buses[transformer.bus_ix].id,
        customers=transformer.customers,
        load_mw=transformer.load_mw,
        has_fuse=transformer.has_fuse,
        failures_per_year=transformer.failures_per_year,
    )
