"""HTTP handlers: parse, delegate, return. Knows Litestar; no SQL, no uvicorn, no MLflow."""
