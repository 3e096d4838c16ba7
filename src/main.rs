//! Parses the command line and calls the library; nothing else.
fn main() {}
