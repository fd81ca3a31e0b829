"""The words of the domain and their arithmetic: plain immutable data, no I/O, no clock but where a name says so."""
