//! What only an engine of iron can be held to: the demo claims none of it, and its tier leaves these out.

mod create_like;
mod events;
mod files;
