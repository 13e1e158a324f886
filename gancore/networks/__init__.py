"""Networks with a leading replica axis, as pure functions of one flat parameter tensor."""
