//! The model as a frame.
