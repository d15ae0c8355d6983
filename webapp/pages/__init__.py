"""The pages, one module each: a function that lays the page out inside the Blocks that is open."""
