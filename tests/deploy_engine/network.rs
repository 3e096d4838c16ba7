//! Services in another one's network namespace are never left in a dead one.

use topside::domain::ActionName;

use crate::bed::{Bed, Flavour, done};
use crate::fixtures::engine::{docker, other_image};

const SHARED: &str = "
services:
  web:
    image: {image}
    {idle}
    labels: {topside.gate: 1s}
  side:
    image: {image}
    {idle}
    network_mode: service:web
    labels: {topside.gate: 1s}
  db:
    image: {image}
    {idle}
";

async fn a_redeploy_recreates_who_shares_the_network(flavour: Flavour) {
    let bed = Bed::up("shared", flavour, SHARED).await;
    let db = bed.run_of("db");
    assert!(bed.has_network("side"));
    bed.project.retag(&other_image());
    let outcome = bed.run(ActionName::Redeploy, "web").await;
    assert!(done(&outcome).contains("after it came side"), "{outcome:?}");
    let mode = bed.inspect("side", "{{.HostConfig.NetworkMode}}");
    assert_eq!(mode, format!("container:{}", bed.container("web")));
    assert!(bed.has_network("side"));
    assert_eq!(bed.run_of("db"), db);
}

async fn a_restart_restarts_who_shares_the_network(flavour: Flavour) {
    let bed = Bed::up("sharedr", flavour, SHARED).await;
    let outcome = bed.run(ActionName::Restart, "web").await;
    assert!(done(&outcome).contains("after it came side"), "{outcome:?}");
    assert!(bed.has_network("side"));
}

async fn a_stopped_sharer_stays_stopped(flavour: Flavour) {
    let bed = Bed::up("shareds", flavour, SHARED).await;
    docker(&["stop", &bed.container("side")]);
    bed.project.retag(&other_image());
    let outcome = bed.run(ActionName::Redeploy, "web").await;
    done(&outcome);
    assert_eq!(bed.inspect("side", "{{.State.Status}}"), "exited");
}

super::with_both_composes!(
    a_redeploy_recreates_who_shares_the_network,
    a_restart_restarts_who_shares_the_network,
    a_stopped_sharer_stays_stopped,
);
