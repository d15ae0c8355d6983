"""Links between the pages and what a link says of the page it opens."""
