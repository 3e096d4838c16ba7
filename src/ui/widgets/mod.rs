//! What several views are made of.

pub mod bar;
pub mod chart;
pub mod columns;
pub mod document;
pub mod empty;
pub mod keys;
pub mod pane;
pub mod scroll_bar;
pub mod spark;
pub mod table;
