"""Sockets, connections, and what may arrive over them: all that happens in uvicorn, before there is a request."""
