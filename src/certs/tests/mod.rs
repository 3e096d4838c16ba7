//! What is read of certificates, and where they are found.

mod again;
mod chain;
mod elsewhere;
mod engine;
mod hostile;
mod issue;
mod keepers;
mod layouts;
mod links;
mod paired;
mod parse;
mod places;
mod scan;
mod schedules;
