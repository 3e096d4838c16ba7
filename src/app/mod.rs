//! The dashboard's model and its pure reducer.
