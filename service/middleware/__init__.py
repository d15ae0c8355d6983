"""What stands between the socket and the framework. Knows ASGI and uvicorn; no route, no prediction."""
