//! The Compose CLI.
