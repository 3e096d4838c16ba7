//! Services in another one's network namespace are never left in a dead one.

use topside::domain::ActionName;

use crate::bed::{Bed, Flavour, IDLE, done, failed};
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

/// Only Compose v2 and later say in their labels whose network it was.
#[tokio::test]
async fn what_was_left_in_a_dead_network_is_found_by_the_next_redeploy() {
    let bed = Bed::up("sharedd", Flavour::Plugin, SHARED).await;
    // What a person, or a job that failed halfway, leaves behind.
    bed.compose(&["up", "-d", "--no-deps", "--force-recreate", "web"]);
    assert!(!bed.has_network("side"));
    let outcome = bed.run(ActionName::Restart, "side").await;
    assert!(failed(&outcome).contains("is gone"), "{outcome:?}");
    let outcome = bed.run(ActionName::Redeploy, "web").await;
    assert!(done(&outcome).contains("after it came side"), "{outcome:?}");
    assert!(bed.has_network("side"));
}

async fn sharers_have_their_network_back_while_the_owner_is_watched(flavour: Flavour) {
    let patient = SHARED.replacen("topside.gate: 1s", "topside.gate: 30s", 1);
    let bed = Bed::up("sharedw", flavour, &patient).await;
    // The new one runs, and ends before it has proven itself.
    let short = patient.replacen("{idle}", "command: [sh, -c, 'sleep 3; exit 3']", 1);
    bed.project.write(&short.replace("{idle}", IDLE));
    let outcome = bed.run(ActionName::Redeploy, "web").await;
    assert!(failed(&outcome).contains("has ended"), "{outcome:?}");
    let mode = bed.inspect("side", "{{.HostConfig.NetworkMode}}");
    assert_eq!(mode, format!("container:{}", bed.container("web")));
}

super::with_both_composes!(
    sharers_have_their_network_back_while_the_owner_is_watched,
    a_redeploy_recreates_who_shares_the_network,
    a_restart_restarts_who_shares_the_network,
    a_stopped_sharer_stays_stopped,
);
