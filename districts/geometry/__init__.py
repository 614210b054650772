"""Outlines: reading GeoJSON and TopoJSON, simplifying with shared borders kept shared, writing SVG paths."""
