"""The chaos soak: the service under messages, sudden deaths and a bad network, and whether it kept its promises."""
