"""The web page. It knows the API's HTTP contract and the reader's language; it holds no rule of the model."""
