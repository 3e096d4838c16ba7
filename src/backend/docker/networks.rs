//! Networks as the engine lists them.

use super::channel::Channel;
use super::wire::NetworkListed;
use crate::backend::BackendError;
use crate::domain::{HostId, Network, NetworkId};

/// Every network.
pub(super) async fn networks(
    channel: &Channel,
    host: &HostId,
) -> Result<Vec<Network>, BackendError> {
    let list: Vec<NetworkListed> = channel.get_json("/networks").await?;
    let networks = list.into_iter().map(|listed| Network {
        host: host.clone(),
        id: NetworkId::from(listed.id),
        name: listed.name,
        driver: listed.driver,
    });
    Ok(networks.collect())
}
