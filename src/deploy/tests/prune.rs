//! What a prune takes, and what it never takes.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::super::prune::plan;
use super::super::sample::{Altered, host, image_id, lone, of};
use super::super::stock::{Kept, Stock};
use crate::domain::{
    ActionName, ByteSize, CacheRecord, Container, ContainerState, Image, Mount, MountKind, Network,
    NetworkAttachment, NetworkFlags, Operation, Plan, Prune, StepKind, Target, Unused,
    UnusedImages, Volume, VolumeId,
};

const MEBIBYTE: u64 = 1 << 20;

fn image(word: &str, tags: &[&str], seconds: i64) -> Image {
    Image {
        host: host(),
        id: image_id(word),
        tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
        digests: Vec::new(),
        size: ByteSize(MEBIBYTE),
        created: Timestamp::from_second(seconds).unwrap(),
    }
}

fn running(name: &str, word: &str) -> Container {
    Container {
        image_id: image_id(word),
        ..lone(name)
    }
}

fn network(name: &str, driver: &str) -> Network {
    Network {
        host: host(),
        id: name.into(),
        name: name.to_owned(),
        driver: driver.to_owned(),
        created: None,
        subnets: Vec::new(),
        flags: NetworkFlags::default(),
        options: BTreeMap::new(),
        labels: BTreeMap::new(),
    }
}

fn volume(name: &str) -> Volume {
    Volume {
        id: VolumeId {
            host: host(),
            name: name.into(),
        },
        driver: "local".to_owned(),
        mountpoint: String::new(),
        created: None,
        labels: BTreeMap::new(),
        options: BTreeMap::new(),
    }
}

fn stock() -> Stock {
    Stock {
        host: host(),
        containers: Vec::new(),
        images: Vec::new(),
        volumes: Vec::new(),
        sizes: BTreeMap::new(),
        networks: Vec::new(),
        cache: Vec::new(),
        kept: Vec::new(),
    }
}

fn unused(images: Option<UnusedImages>, networks: bool) -> Prune {
    Prune::Unused(Unused {
        build_cache: false,
        images,
        networks,
        ..Unused::default()
    })
}

fn untagged() -> Prune {
    unused(Some(UnusedImages::Untagged), false)
}

fn all() -> Prune {
    unused(Some(UnusedImages::All), false)
}

fn titles(plan: &Plan) -> Vec<&str> {
    plan.steps.iter().map(|step| step.title.as_str()).collect()
}

#[track_caller]
fn planned(prune: &Prune, stock: &Stock) -> Plan {
    plan(prune, stock).unwrap()
}

#[test]
fn what_has_no_name_goes_the_newest_first() {
    let mut stock = stock();
    let mut pulled = image("b", &[], 2);
    pulled.digests = vec!["nginx@sha256:1".to_owned()];
    stock.images = vec![image("a", &[], 1), pulled, image("c", &["web:1"], 3)];
    let plan = planned(&untagged(), &stock);
    assert_eq!(
        titles(&plan),
        [
            "remove image untagged nginx b00000000000 (1.0M)",
            "remove image untagged a00000000000 (1.0M)"
        ]
    );
    assert_eq!(
        (plan.action, &plan.target),
        (ActionName::Prune, &Target::Host(host()))
    );
    assert!(plan.containers.is_empty());
    assert!(
        plan.steps
            .iter()
            .all(|step| step.kind == StepKind::Committing)
    );
    assert_eq!(
        plan.notes,
        [
            "2 images, up to 2.0M: layers that images share are counted with each of them",
            "unused images that have a tag stay: 1 (pruning all unused ones takes them, too)"
        ]
    );
}

#[test]
fn what_a_container_runs_stays_whether_it_runs_or_not() {
    let mut stock = stock();
    stock.images = vec![
        image("a", &[], 1),
        image("b", &["web:1"], 1),
        image("c", &[], 1),
    ];
    let states = [
        ContainerState::Exited,
        ContainerState::Created,
        ContainerState::Dead,
    ];
    for state in states {
        stock.containers = vec![
            running("one", "a").state(state),
            running("two", "b").state(state),
            running("three", "c"),
        ];
        for prune in [untagged(), all()] {
            let plan = planned(&prune, &stock);
            assert!(plan.steps.is_empty(), "{plan:?}");
        }
    }
    stock.images.push(image("d", &[], 1));
    let notes = planned(&all(), &stock).notes.join("\n");
    assert!(notes.contains("3 spared:"), "{notes}");
    assert!(notes.contains("web:1, used by two (dead)"), "{notes}");
    assert!(
        notes.contains("used by three\n") || notes.ends_with("used by three"),
        "{notes}"
    );
}

#[test]
fn what_a_release_keeps_stays() {
    let keep = "topside.keep/wezm/web:3-20231114T221320Z";
    let mut stock = stock();
    stock.images = vec![
        image("a", &[keep], 1),
        image("b", &["web:1", keep], 1),
        image("c", &[], 1),
        image("d", &["web:2"], 1),
        image("e", &["topside.keeper/web:1"], 1),
    ];
    stock.kept = ["c", "d"]
        .map(|word| Kept {
            image: image_id(word),
            release: "release 4 of wezm/web".to_owned(),
        })
        .to_vec();
    assert!(planned(&untagged(), &stock).steps.is_empty());
    let plan = planned(&all(), &stock);
    assert_eq!(titles(&plan), ["remove image topside.keeper/web:1 (1.0M)"]);
    let notes = plan.notes.join("\n");
    assert!(notes.contains("4 spared:"), "{notes}");
    assert!(notes.contains(&format!("kept: {keep}")), "{notes}");
    assert!(
        notes.contains("web:2, kept: release 4 of wezm/web"),
        "{notes}"
    );
}

#[test]
fn an_image_with_many_names_goes_with_all_of_them_once() {
    let mut stock = stock();
    // Some engines list an image once for each name.
    stock.images = vec![
        image("a", &["web:1", "web:latest"], 1),
        image("a", &["web:latest", "host:5000/web:1"], 1),
    ];
    let plan = planned(&all(), &stock);
    let [step] = plan.steps.as_slice() else {
        panic!("{plan:?}")
    };
    let Operation::RemoveImage { tags, size, .. } = &step.operation else {
        panic!("{step:?}")
    };
    assert_eq!(tags, &["web:1", "web:latest", "host:5000/web:1"]);
    assert_eq!(*size, ByteSize(MEBIBYTE));
    // One name that keeps it is enough, wherever it is listed.
    stock.images[1]
        .tags
        .push("topside.keep/web:1-20231114T221320Z".to_owned());
    assert!(planned(&all(), &stock).steps.is_empty());
}

#[test]
fn nothing_goes_that_was_not_shown() {
    let mut stock = stock();
    stock.images = vec![image("a", &[], 1)];
    stock.networks = vec![network("old", "bridge")];
    let prune = unused(Some(UnusedImages::Untagged), true);
    let shown = planned(&prune, &stock);
    stock.images.push(image("b", &[], 1));
    stock.networks.push(network("new", "bridge"));
    let all = planned(&prune, &stock);
    assert_eq!(all.steps.len(), 4);
    assert!(all.notes[0].starts_with("2 images and 2 networks, up to 2.0M: "));
    assert_eq!(planned(&prune.within(&shown), &stock).steps, shown.steps);
}

#[test]
fn networks_of_the_engine_and_those_that_a_container_names_stay() {
    let mut stock = stock();
    stock.networks = [
        "bridge",
        "host",
        "none",
        "docker_gwbridge",
        "ingress",
        "podman",
    ]
    .map(|name| network(name, "bridge"))
    .to_vec();
    stock.networks.push(network("mesh", "overlay"));
    assert!(planned(&unused(None, true), &stock).steps.is_empty());
    stock.networks.push(network("b", "bridge"));
    stock.networks.push(network("a", "macvlan"));
    stock.networks.push(network("idle", "bridge"));
    let mut stopped = of("web", 1).state(ContainerState::Exited);
    stopped.networks = vec![NetworkAttachment {
        name: "idle".to_owned(),
        network: None,
        addresses: Vec::new(),
        aliases: Vec::new(),
    }];
    stock.containers = vec![stopped];
    let plan = planned(&unused(None, true), &stock);
    assert_eq!(titles(&plan), ["remove network a", "remove network b"]);
    let notes = plan.notes.join("\n");
    assert!(
        notes.contains("network idle, used by wezm-web-1 (exited)"),
        "{notes}"
    );
    assert!(notes.contains("network mesh, a swarm's"), "{notes}");
    assert_eq!(plan.notes[0], "2 networks");
}

#[test]
fn where_there_is_nothing_that_is_said_in_one_line() {
    let mut stock = stock();
    let plan = planned(&unused(Some(UnusedImages::Untagged), true), &stock);
    assert_eq!(
        plan.notes,
        ["no image without a tag and no network is unused"]
    );
    stock.images = vec![image("a", &["web:1"], 1), image("b", &[], 1)];
    stock.containers = vec![running("one", "b")];
    let plan = planned(&untagged(), &stock);
    assert_eq!(
        plan.notes.join("; "),
        "no image without a tag is unused; unused images that have a tag stay: 1 (pruning all unused ones takes them, \
         too); 1 spared"
    );
}

#[test]
fn many_users_are_counted() {
    let mut stock = stock();
    stock.images = vec![image("a", &[], 1), image("b", &[], 1)];
    stock.containers = ["v", "w", "x", "y", "z"]
        .map(|name| running(name, "a"))
        .to_vec();
    let notes = planned(&untagged(), &stock).notes.join("\n");
    assert!(notes.contains("used by v, w, x and 2 more"), "{notes}");
}

#[test]
fn hostile_names_are_made_visible() {
    let mut stock = stock();
    stock.images = vec![
        image("a", &["\u{1b}[2Jweb:1"], 1),
        image("b", &["x\u{202e}y"], 1),
    ];
    stock.networks = vec![network("n\u{7}", "bridge")];
    stock.containers = vec![running("\u{9b}31m", "b")];
    let plan = planned(&unused(Some(UnusedImages::All), true), &stock);
    let text = format!("{}{}", titles(&plan).concat(), plan.notes.concat());
    assert!(
        !text.chars().any(crate::domain::text::is_unsafe),
        "{text:?}"
    );
    // What is told to the engine is what it said.
    let Operation::RemoveImage { tags, .. } = &plan.steps[0].operation else {
        panic!("{plan:?}")
    };
    assert_eq!(tags, &["\u{1b}[2Jweb:1"]);
    let prune = Prune::Volumes(BTreeSet::from(["v\u{1b}".to_owned()]));
    let failure = super::super::prune::plan(&prune, &stock).unwrap_err();
    assert!(!failure.to_string().contains('\u{1b}'), "{failure}");
}

#[test]
fn one_image_is_refused_while_something_holds_it() {
    let mut stock = stock();
    stock.images = vec![image("a", &["web:1", "web:2"], 1)];
    let prune = Prune::Image {
        id: image_id("a"),
        name: "web:1".to_owned(),
    };
    let plan = planned(&prune, &stock);
    assert_eq!(titles(&plan), ["remove image web:1 (1.0M)"]);
    assert_eq!(plan.action, ActionName::RemoveImage);
    assert_eq!(plan.notes[1], "all its tags go: web:1, web:2");
    stock.kept = vec![Kept {
        image: image_id("a"),
        release: "release 4 of wezm/web".to_owned(),
    }];
    let failure = super::super::prune::plan(&prune, &stock).unwrap_err();
    assert_eq!(failure.what, "remove image web:1 on local");
    assert_eq!(failure.why, "it is kept: release 4 of wezm/web");
    stock.containers = vec![running("one", "a").state(ContainerState::Exited)];
    let failure = super::super::prune::plan(&prune, &stock).unwrap_err();
    assert_eq!(failure.why, "it is used by one (exited)");
    stock.images.clear();
    let plan = planned(&prune, &stock);
    assert_eq!(
        (plan.steps.len(), plan.notes.join("")),
        (0, "web:1 is gone".to_owned())
    );
}

#[test]
fn volumes_go_by_their_whole_names_all_or_none() {
    let mut stock = stock();
    stock.volumes = vec![volume("old"), volume("older"), volume("used")];
    stock.sizes = BTreeMap::from([("old".to_owned(), ByteSize(3 * MEBIBYTE))]);
    let mut user = lone("db").state(ContainerState::Exited);
    user.mounts = vec![Mount {
        kind: MountKind::Volume,
        name: Some("used".to_owned()),
        source: String::new(),
        destination: "/data".to_owned(),
        read_only: true,
    }];
    stock.containers = vec![user];
    let volumes =
        |names: &[&str]| Prune::Volumes(names.iter().map(|&name| name.to_owned()).collect());
    let plan = planned(&volumes(&["old"]), &stock);
    assert_eq!(titles(&plan), ["remove volume old (3.0M)"]);
    assert_eq!(plan.action, ActionName::RemoveVolume);
    assert_eq!(plan.notes[0], "frees 3.0M");
    let plan = planned(&volumes(&["old", "older"]), &stock);
    assert_eq!(plan.steps.len(), 2);
    assert_eq!(plan.notes[0], "how much it frees was not measured");
    let refused = |names: &[&str]| super::super::prune::plan(&volumes(names), &stock).unwrap_err();
    assert_eq!(
        refused(&["old", "used"]).why,
        "used is used by db (reads it, stopped)"
    );
    assert_eq!(refused(&["ol", "old"]).why, "there is no volume ol");
    // No prune of anything else takes one.
    for prune in [untagged(), all(), unused(None, true)] {
        assert!(planned(&prune, &stock).steps.is_empty());
    }
}

#[test]
fn a_recorded_plan_says_what_it_was_for() {
    let mut stock = stock();
    stock.images = vec![image("a", &["web:1"], 1)];
    stock.networks = vec![network("n", "bridge")];
    stock.volumes = vec![volume("old"), volume("older")];
    let title = |prune: &Prune| {
        let plan = planned(prune, &stock);
        Prune::of_plan(&plan).unwrap().title(&host())
    };
    let both = unused(Some(UnusedImages::All), true);
    assert_eq!(title(&both), "prune images and networks on local");
    // One alone is named, whoever asked for it.
    assert_eq!(title(&unused(None, true)), "remove network n on local");
    let one = Prune::Image {
        id: image_id("a"),
        name: "anything".to_owned(),
    };
    assert_eq!(title(&one), "remove image web:1 on local");
    let two = Prune::Volumes(BTreeSet::from(["old".to_owned(), "older".to_owned()]));
    assert_eq!(title(&two), "remove volumes old, older on local");
}

#[test]
fn the_build_cache_goes_whole_but_for_what_a_build_uses() {
    let record = |id: &str, size: u64, in_use: bool, shared: bool| CacheRecord {
        id: id.to_owned(),
        kind: "regular".to_owned(),
        description: format!("RUN make \u{1b}[2J{id}"),
        size: ByteSize(size),
        in_use,
        shared,
        created: None,
        last_used: None,
        uses: 0,
    };
    let mut stock = stock();
    let prune = Prune::Unused(Unused {
        build_cache: true,
        ..Unused::default()
    });
    let nothing = planned(&prune, &stock);
    assert!(nothing.steps.is_empty());
    assert_eq!(nothing.notes, ["no build cache is unused"]);
    stock.cache = vec![
        record("a", 1 << 20, false, false),
        record("b", 3 << 20, false, false),
        record("used", 9 << 20, true, false),
        record("of-image", 5 << 20, false, true),
    ];
    let plan = planned(&prune, &stock);
    assert_eq!(
        titles(&plan),
        ["remove 3 entries of the build cache (4.0M)"]
    );
    let operation = &plan.steps[0].operation;
    let size = ByteSize(4 << 20);
    assert_eq!(*operation, Operation::PruneBuildCache { entries: 3, size });
    let notes = plan.notes.join("\n");
    for said in [
        "5.0M  RUN make",
        "an image has it, too",
        "1 spared:",
        "1 entry that a build uses",
    ] {
        assert!(notes.contains(said), "{said}: {notes}");
    }
    assert!(
        !notes.contains('\u{1b}') && notes.find("3.0M") < notes.find("1.0M"),
        "{notes}"
    );
    assert_eq!(
        prune.title(&host()),
        format!("prune build cache on {}", host())
    );
    assert_eq!(Prune::of_plan(&plan), Some(prune));
}
