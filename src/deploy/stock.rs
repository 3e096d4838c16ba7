//! What lies on a host, and what holds it: asked once, so that the planner is pure.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::backend::{Backend, BackendError};
use crate::domain::{
    ByteSize, CacheRecord, Container, Failure, HostId, Image, ImageId, Network, Prune, Volume,
};

/// Measuring reads whole volumes; who removes one by its name need not wait for that.
const SIZES_PATIENCE: Duration = Duration::from_secs(10);

/// What lies on a host. Only what a prune is about is asked; the rest is empty.
#[derive(Debug, Clone)]
pub struct Stock {
    /// The host.
    pub host: HostId,
    /// Every container, running or not: what it names is used.
    pub containers: Vec<Container>,
    /// Every image.
    pub images: Vec<Image>,
    /// Every volume.
    pub volumes: Vec<Volume>,
    /// The sizes of volumes by name, of those that could be measured soon enough.
    pub sizes: BTreeMap<String, ByteSize>,
    /// Every network.
    pub networks: Vec<Network>,
    /// What builds left.
    pub cache: Vec<CacheRecord>,
    /// The images that the records keep for going back to.
    pub kept: Vec<Kept>,
}

/// An image that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The image.
    pub image: ImageId,
    /// For what, for people: "release 3 of wezm/web".
    pub release: String,
}

/// Asks the engine for what a prune is about.
pub async fn take_stock(
    backend: &dyn Backend,
    host: &HostId,
    prune: &Prune,
    kept: Vec<Kept>,
) -> Result<Stock, Failure> {
    let failed = |error: BackendError| error.failure(format!("plan to {}", prune.title(host)));
    let (images, volumes, networks) = match prune {
        Prune::Unused(unused) => (unused.images.is_some(), false, unused.networks),
        Prune::Image { .. } => (true, false, false),
        Prune::Volumes(_) => (false, true, false),
    };
    let mut stock = Stock {
        host: host.clone(),
        containers: Vec::new(),
        images: Vec::new(),
        volumes: Vec::new(),
        sizes: BTreeMap::new(),
        networks: Vec::new(),
        cache: Vec::new(),
        kept,
    };
    if images {
        stock.images = backend.images().await.map_err(failed)?;
    }
    if networks {
        stock.networks = backend.networks().await.map_err(failed)?;
    }
    if matches!(prune, Prune::Unused(unused) if unused.build_cache) {
        stock.cache = backend.disk_usage().await.map_err(failed)?.cache;
    }
    if volumes {
        stock.volumes = backend.volumes().await.map_err(failed)?;
        stock.sizes = sizes(backend).await;
    }
    // Last: what was begun to be used while the rest was asked is seen.
    stock.containers = backend.containers().await.map_err(failed)?;
    Ok(stock)
}

/// Without them a plan is as good: it only says less.
async fn sizes(backend: &dyn Backend) -> BTreeMap<String, ByteSize> {
    let measured = tokio::time::timeout(SIZES_PATIENCE, backend.volume_sizes()).await;
    let Ok(Ok(sizes)) = measured else {
        return BTreeMap::new();
    };
    let named = sizes
        .into_iter()
        .map(|(id, size)| (id.name.to_string(), size));
    named.collect()
}
