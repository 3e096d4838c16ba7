//! Measures folders and file systems, cheaply.
//!
//! | file | duty |
//! | --- | --- |
//! | `walk` | sums up a folder of this machine, and says which folders below it are the biggest |
//! | `filesystems` | how full the file systems behind some paths of this machine are |
//! | `remote` | both of another machine, by what `df` and `du` print there |
//! | `host` | which of these can be had of a host, and what its engine says instead |

mod filesystems;
mod host;
pub mod remote;
mod walk;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

pub use filesystems::filesystems;
pub use host::{HostDisk, Told};
pub use walk::{Measured, Progress};

/// Measures a folder or file on a thread of its own that gives way to others. Dropping the future ends the walk within
/// milliseconds. Fails when the path itself cannot be read; what cannot be read below it is counted.
pub async fn measure(path: PathBuf, progress: Arc<Progress>) -> io::Result<Measured> {
    let _ended = EndOnDrop(Arc::clone(&progress));
    let (send, receive) = tokio::sync::oneshot::channel();
    std::thread::Builder::new()
        .name("measure".to_owned())
        .spawn(move || {
            // On Linux this is the thread's own: services that need the CPU come first.
            let _ = rustix::process::setpriority_process(None, 10);
            // Nobody may be waiting any more.
            drop(send.send(walk::measure(&path, &progress)));
        })?;
    receive
        .await
        .unwrap_or_else(|_| Err(io::Error::other("the measuring ended early")))
}

struct EndOnDrop(Arc<Progress>);

impl Drop for EndOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}
