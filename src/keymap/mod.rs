//! Keys to actions.
