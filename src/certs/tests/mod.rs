//! What is read of certificates, and where they are found.

mod chain;
mod engine;
mod hostile;
mod issue;
mod layouts;
mod parse;
mod places;
mod scan;
