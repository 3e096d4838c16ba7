//! x
use super::{Effect, Model, Msg};
/// Takes a message in.
pub fn update(_m: &mut Model, _msg: Msg) -> Vec<Effect> {
    Vec::new()
}
