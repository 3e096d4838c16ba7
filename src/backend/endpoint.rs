//! Which engine is meant: `--host`, `DOCKER_HOST`, Docker contexts, the usual sockets.
