"""What the containers of the production stack run besides our three packages. Imports none of them."""
