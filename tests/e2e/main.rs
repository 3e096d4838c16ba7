//! The real binary in a pty.
