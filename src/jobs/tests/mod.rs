//! The executor against an engine made of memory and a Compose made of a shell script.

mod bench;
mod engine;
mod in_place;
mod locks;
mod own_commands;
mod redeploy;
