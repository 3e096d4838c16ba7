//! The records, opened when the first job is about to be written down: who only looks pays nothing for them.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::OnceCell;

use crate::domain::Failure;
use crate::store::Store;

/// Where the records are, and the store once it is open.
pub struct Records {
    path: Option<PathBuf>,
    opened: OnceCell<Option<Arc<Store>>>,
}

impl Records {
    /// Records at a path; none where there is no place for them.
    pub const fn at(path: Option<PathBuf>) -> Self {
        Self {
            path,
            opened: OnceCell::const_new(),
        }
    }

    /// The store, and what has to be said about opening it: once, and only when something is wrong. Jobs run without.
    pub(super) async fn store(&self) -> (Option<Arc<Store>>, Option<Failure>) {
        let mut said = None;
        let store = self
            .opened
            .get_or_init(|| async {
                let path = self.path.clone()?;
                let opened = tokio::task::spawn_blocking(move || Store::open(&path)).await;
                let what = "open the records";
                match opened {
                    Ok(Ok((store, note))) => {
                        said = note.map(|note| Failure::new(what, note.0));
                        Some(Arc::new(store))
                    }
                    Ok(Err(error)) => {
                        said = Some(
                            Failure::new(what, error.to_string())
                                .hint("jobs run all the same; what they do is not recorded"),
                        );
                        None
                    }
                    // The runtime is ending.
                    Err(_) => None,
                }
            })
            .await
            .clone();
        (store, said)
    }
}
