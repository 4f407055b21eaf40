"""The edge: `connection/`, the layers as `app.py` lists them, Litestar's routing, `admission`, the handler, `reply`."""
