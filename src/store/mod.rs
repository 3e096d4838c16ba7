//! Records that survive us.
