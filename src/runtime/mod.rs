//! The loop, tasks and the terminal.
