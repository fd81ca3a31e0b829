"""One recording's way: from the decision to accept it to its answer."""
