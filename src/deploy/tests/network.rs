//! What shares the network of a service is taken along.

use super::*;

#[test]
fn restart_takes_along_what_shares_the_network() {
    let web = of("web", 1);
    let mut observed = observed(vec![web.clone()]);
    observed.sharers = vec![
        of("side", 1).in_network_of(&web),
        of("idle", 1)
            .in_network_of(&web)
            .state(ContainerState::Exited),
        lone("sniffer").in_network_of(&web),
    ];
    let plan = plan_of(ActionName::Restart, &observed);
    assert_eq!(
        steps(&plan),
        [
            "restart wezm-web-1ff",
            "up web 1",
            "restart snifferfffff",
            "restart wezm-side-1f",
            "running web 1",
            "running sniffer 1",
            "running side 1",
        ]
    );
    assert!(noted(&plan, "side shares the network of web"));
}

#[test]
fn redeploy_recreates_what_shares_the_network() {
    let web = of("web", 1);
    let mut observed = composed(vec![web.clone()]);
    observed.sharers = vec![
        of("side", 1).in_network_of(&web),
        of("side", 2).in_network_of(&web),
        of("idle", 1)
            .in_network_of(&web)
            .state(ContainerState::Exited),
        lone("sniffer").in_network_of(&web),
    ];
    let plan = plan_of(ActionName::Redeploy, &observed);
    assert_eq!(
        steps(&plan),
        [
            "keep web",
            "pull web",
            "up web",
            "up web 1",
            "up side=2",
            "running web 1",
            "running side 2",
            "record web"
        ]
    );
    assert!(noted(&plan, "recreate it by hand"));
    assert!(noted(
        &plan,
        "idle shares the network of web and does not run"
    ));
}

#[test]
fn a_network_is_shared_by_id_by_part_of_one_or_by_name() {
    use crate::domain::{ContainerId, NetworkOf};
    let web = of("web", 1);
    let side = |of: &str| {
        let mut side = lone("side");
        side.network_of = Some(NetworkOf::Container(ContainerId::from(of)));
        side
    };
    assert!(side(web.id.as_str()).uses_network_of(&web));
    assert!(side(web.id.short()).uses_network_of(&web));
    assert!(side("wezm-web-1").uses_network_of(&web));
    assert!(!side("wezm").uses_network_of(&web));
    assert!(!lone("side").uses_network_of(&web));
}

#[test]
fn what_lost_its_network_is_not_started_but_redeployed() {
    let lost = || Observed {
        lost_network: true,
        ..composed(vec![of("web", 1)])
    };
    for action in [ActionName::Restart, ActionName::Start] {
        let failure = plan(action, None, &lost()).unwrap_err();
        assert!(failure.why.contains("is gone"), "{failure:?}");
        assert!(failure.hint.unwrap().contains("redeploy"));
    }
    plan(ActionName::Redeploy, None, &lost()).unwrap();
    plan(ActionName::Stop, None, &lost()).unwrap();
}

#[test]
fn what_lost_its_network_is_not_restarted_with_the_new_owner() {
    let mut observed = observed(vec![of("web", 1)]);
    let mut gone = of("web", 1);
    gone.id = "another".into();
    gone.name = "another".into();
    observed.sharers = vec![of("side", 1).in_network_of(&gone)];
    let plan = plan_of(ActionName::Restart, &observed);
    assert_eq!(steps(&plan), ["restart wezm-web-1ff", "running web 1"]);
    assert!(noted(&plan, "redeploy it"));
}

#[test]
fn nothing_is_cut_short_between_an_owner_and_its_sharers() {
    let web = of("web", 1);
    let mut observed = observed(vec![web.clone()]);
    observed.sharers = vec![of("side", 1).in_network_of(&web)];
    let plan = plan_of(ActionName::Restart, &observed);
    let committing: Vec<bool> = plan
        .steps
        .iter()
        .map(|step| step.kind == StepKind::Committing)
        .collect();
    assert_eq!(committing, [true, true, true, false, false]);
}
