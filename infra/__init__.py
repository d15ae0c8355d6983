"""What starts and carries the rooms; it imports none of them."""
