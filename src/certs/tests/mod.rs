//! What is read of certificates, and where they are found.

mod engine;
mod issue;
mod layouts;
mod parse;
mod places;
mod scan;
