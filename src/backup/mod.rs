//! Files that hold a volume or an image: a plain tar that any tool reads, beside a volume's its checksum.
//!
//! A tar is what the engine gives and takes, with owners, modes, times (in whole seconds), links and devices. It is
//! untrusted here: it is read once from begin to end, and nothing of it is unpacked by us.

mod check;
mod part;
mod repack;
mod scan;
mod sum;

pub use check::{Checked, Source, check};
pub use part::{Part, Written, name_anew, part_of, sync_folder_of};
pub use repack::repack;
pub use scan::{Contents, Damage, Depth, Difference, scan};
pub use sum::{beside, hex, read_sum};
