//! Networks as the engine lists them.

use super::channel::Channel;
use super::wire::NetworkListed;
use crate::backend::BackendError;
use crate::domain::{HostId, Network, NetworkFlags, NetworkId, Subnet};

/// Every network.
pub(super) async fn networks(
    channel: &Channel,
    host: &HostId,
) -> Result<Vec<Network>, BackendError> {
    let list: Vec<NetworkListed> = channel.get_json("/networks").await?;
    Ok(list.into_iter().map(|one| read(one, host)).collect())
}

fn read(listed: NetworkListed, host: &HostId) -> Network {
    let ranges = listed.addresses.config.into_iter();
    let ranges = ranges.filter(|range| !range.subnet.is_empty());
    Network {
        host: host.clone(),
        id: NetworkId::from(listed.id),
        name: listed.name,
        driver: listed.driver,
        created: listed.created.parse().ok(),
        subnets: ranges
            .map(|range| Subnet {
                range: range.subnet,
                gateway: (!range.gateway.is_empty()).then_some(range.gateway),
            })
            .collect(),
        flags: NetworkFlags {
            internal: listed.internal,
            attachable: listed.attachable,
            ipv6: listed.ipv6,
            ingress: listed.ingress,
        },
        options: listed.options,
        labels: listed.labels,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: &str) -> Network {
        read(serde_json::from_str(json).unwrap(), &HostId::from("local"))
    }

    #[test]
    fn what_the_engine_says_of_a_network_is_read() {
        let network = of(
            r#"{"Name":"lan","Id":"abc","Created":"2026-01-02T03:04:05.6Z","Scope":"local","Driver":"bridge",
            "EnableIPv6":true,"IPAM":{"Driver":"default","Options":null,"Config":[
            {"Subnet":"172.18.0.0/16","Gateway":"172.18.0.1"},{"Subnet":"fd00::/64"},{"Gateway":"10.0.0.1"}]},
            "Internal":true,"Attachable":false,"Ingress":false,"Options":{"com.docker.network.driver.mtu":"1400"},
            "Labels":{"com.docker.compose.project":"wezm"}}"#,
        );
        assert_eq!((&*network.name, network.project()), ("lan", Some("wezm")));
        assert_eq!(network.subnets[0].gateway.as_deref(), Some("172.18.0.1"));
        assert_eq!(network.subnets[1].range, "fd00::/64");
        assert_eq!(network.subnets.len(), 2, "a range without one is none");
        assert_eq!(network.flags.words(), ["internal", "IPv6"]);
        assert!(network.created.is_some());
    }

    #[test]
    fn a_network_without_addresses_has_none() {
        let network = of(
            r#"{"Name":"host","Id":"h","Driver":"host","IPAM":{"Config":null},"Options":null,"Labels":null}"#,
        );
        assert!(network.subnets.is_empty() && network.is_predefined());
        assert_eq!(of(r#"{"IPAM":null}"#).created, None);
    }
}
