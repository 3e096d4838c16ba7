use super::*;
use crate::domain::{Mount, MountKind, Part, StorageKind, VolumeId};

const ROOT: Option<&str> = Some("/var/lib/docker");

fn host() -> HostId {
    HostId::from("home")
}

fn now() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

fn hours(count: i64) -> SignedDuration {
    SignedDuration::from_hours(count)
}

fn volume(name: &str) -> Volume {
    Volume {
        id: VolumeId {
            host: host(),
            name: name.into(),
        },
        driver: "local".to_owned(),
        mountpoint: format!("/var/lib/docker/volumes/{name}/_data"),
        created: None,
        labels: BTreeMap::new(),
        options: BTreeMap::new(),
    }
}

fn id(name: &str) -> StorageId {
    StorageId::from(&volume(name).id)
}

fn bind(path: &str) -> StorageId {
    StorageId {
        host: host(),
        kind: StorageKind::Bind,
        name: path.into(),
    }
}

/// A volume `data`, and a container that mounts `/srv/files` and the engine's socket.
fn storing() -> Storing {
    let mut container = crate::app::fixture::model().hosts[0]
        .containers
        .values()
        .next()
        .unwrap()
        .clone();
    let mount = |source: &str| Mount {
        kind: MountKind::Bind,
        name: None,
        source: source.to_owned(),
        destination: "/x".to_owned(),
        read_only: false,
    };
    container.mounts = vec![mount("/srv/files"), mount("/var/run/docker.sock")];
    let mut storing = Storing::default();
    storing.regroup(&host(), &[volume("data")], [&container]);
    storing
}

fn found(bytes: u64) -> Found {
    Found {
        size: FolderSize {
            on_disk: ByteSize(bytes),
            ..FolderSize::default()
        },
        by: MeasuredBy::Walk,
        biggest: Vec::new(),
    }
}

fn measured_places(effects: &[StorageEffect]) -> Vec<&str> {
    let places = effects.iter().find_map(|effect| match effect {
        StorageEffect::Measure(places) => Some(places),
        _ => None,
    });
    let places = places.into_iter().flatten();
    places.map(|(id, _)| &*id.name).collect()
}

fn recalled(samples: &[(&str, &str, i64, u64)]) -> StorageMsg {
    let series = samples.iter().map(|(kind, name, ago, size)| Series {
        kind: (*kind).to_owned(),
        name: (*name).to_owned(),
        samples: vec![(now() - hours(*ago), ByteSize(*size))],
    });
    StorageMsg::Recalled(series.collect())
}

#[test]
fn what_was_measured_lately_is_not_measured_again() {
    let mut storing = storing();
    let first = storing.wanted(ROOT, now());
    assert!(first.contains(&StorageEffect::Recall) && measured_places(&first).is_empty());
    assert!(first.contains(&StorageEffect::AskEngine));
    assert!(storing.wanted(ROOT, now()).is_empty(), "asked once");
    let before = [("volume", "data", 2, 500), ("bind", "/srv/files", 9, 300)];
    storing.answer(recalled(&before), ROOT, now());
    assert_eq!(storing.size(&id("data")), Some(ByteSize(500)));
    let wanted = storing.wanted(ROOT, now());
    assert_eq!(
        measured_places(&wanted),
        ["/srv/files"],
        "the socket is nobody's data"
    );
    assert!(storing.wanted(ROOT, now()).is_empty());

    storing.answer(
        StorageMsg::Measuring(bind("/srv/files"), 7, ByteSize(70)),
        ROOT,
        now(),
    );
    let under_way = Some((bind("/srv/files"), 7, ByteSize(70)));
    assert_eq!(
        storing.round.as_ref().map(|round| &round.now),
        Some(&under_way)
    );
    assert_eq!(storing.measure_again(), None, "one at a time");
    storing.answer(
        StorageMsg::Measured(bind("/srv/files"), Ok(found(310))),
        ROOT,
        now(),
    );
    storing.answer(StorageMsg::AllMeasured, ROOT, now());
    assert_eq!(storing.size(&bind("/srv/files")), Some(ByteSize(310)));
    let again = storing.measure_again().unwrap();
    assert_eq!(measured_places(&[again]), ["data", "/srv/files"]);
}

#[test]
fn what_cannot_be_measured_is_asked_once_and_again_when_somebody_wants_it() {
    let mut storing = storing();
    storing.answer(recalled(&[]), ROOT, now());
    assert_eq!(measured_places(&storing.wanted(ROOT, now())).len(), 2);
    let refused = || Err("permission denied".to_owned());
    storing.answer(StorageMsg::Measured(id("data"), refused()), ROOT, now());
    storing.answer(
        StorageMsg::Measured(bind("/srv/files"), refused()),
        ROOT,
        now(),
    );
    storing.answer(StorageMsg::AllMeasured, ROOT, now());
    assert_eq!(storing.unmeasured[&id("data")], "permission denied");
    assert!(measured_places(&storing.wanted(ROOT, now())).is_empty());
    assert!(storing.measure_again().is_some());
}

#[test]
fn the_picture_has_what_is_known() {
    let mut storing = storing();
    storing.answer(recalled(&[]), ROOT, now());
    let filesystem = Filesystem {
        mount_point: "/".to_owned(),
        source: "/dev/vda".to_owned(),
        kind: "ext4".to_owned(),
        size: ByteSize(10_000),
        used: ByteSize(5_000),
        available: ByteSize(5_000),
    };
    storing.answer(StorageMsg::Filesystems(Ok(vec![filesystem])), ROOT, now());
    storing.answer(
        StorageMsg::Measured(id("data"), Ok(found(1_000))),
        ROOT,
        now(),
    );
    storing.answer(
        StorageMsg::Logs(Ok(vec![("c".into(), ByteSize(40))])),
        ROOT,
        now(),
    );
    let engine = EngineUsage {
        layers: ByteSize(700),
        ..EngineUsage::default()
    };
    storing.answer(StorageMsg::Engine(Box::new(Ok(engine))), ROOT, now());
    let parts: Vec<(Part, u64)> = storing.pictures[0]
        .parts
        .iter()
        .map(|(part, size)| (*part, size.0))
        .collect();
    assert_eq!(
        parts,
        [
            (Part::Images, 700),
            (Part::Volumes, 1_000),
            (Part::Logs, 40),
            (Part::Other, 3_260)
        ]
    );
    assert!(!storing.wanted(ROOT, now()).iter().any(|effect| matches!(
        effect,
        StorageEffect::AskFilesystems(_) | StorageEffect::AskEngine
    )));
    let later = storing.wanted(ROOT, now() + hours(1));
    let paths = [
        "/var/lib/docker",
        "/srv/files",
        "/var/lib/docker/volumes/data/_data",
    ]
    .map(str::to_owned);
    assert!(later.contains(&StorageEffect::AskFilesystems(paths.to_vec())));
}

#[test]
fn growth_is_of_the_records_and_of_now() {
    let mut storing = storing();
    storing.answer(recalled(&[("volume", "data", 7 * 24, 100)]), ROOT, now());
    assert!(storing.growth.is_empty());
    storing.answer(
        StorageMsg::Measured(id("data"), Ok(found(170))),
        ROOT,
        now(),
    );
    assert_eq!(storing.growth[&id("data")].per_week, 70);
    // Again, a minute later: it is a sample of the same hour.
    let later = now() + SignedDuration::from_mins(1);
    storing.answer(
        StorageMsg::Measured(id("data"), Ok(found(171))),
        ROOT,
        later,
    );
    storing.answer(
        StorageMsg::Measured(id("data"), Ok(found(172))),
        ROOT,
        later,
    );
    assert_eq!(storing.samples(&id("data")).len(), 3);
}

#[test]
fn what_is_gone_is_forgotten() {
    let mut storing = storing();
    storing.answer(StorageMsg::Measured(id("data"), Ok(found(1))), ROOT, now());
    storing.regroup(&host(), &[], []);
    assert!(storing.places.is_empty() && storing.sizes.is_empty());
}

#[test]
fn who_stops_it_is_not_asked_again_until_they_want_it() {
    let mut storing = storing();
    assert_eq!(storing.stop(), None, "nothing is measured");
    storing.answer(recalled(&[]), ROOT, now());
    assert_eq!(measured_places(&storing.wanted(ROOT, now())).len(), 2);
    assert_eq!(storing.stop(), Some(StorageEffect::StopMeasuring));
    assert_eq!(storing.round, None);
    assert!(measured_places(&storing.wanted(ROOT, now() + hours(20))).is_empty());
    assert!(storing.measure_again().is_some());
}

#[test]
fn what_had_the_name_before_is_another_volume() {
    let mut storing = storing();
    let mut new = volume("data");
    new.created = Some(now() - hours(1));
    storing.regroup(&host(), &[new], []);
    storing.answer(recalled(&[("volume", "data", 2, 500)]), ROOT, now());
    assert_eq!(storing.size(&id("data")), None);
    assert_eq!(measured_places(&storing.wanted(ROOT, now())), ["data"]);
    storing.answer(StorageMsg::Measured(id("data"), Ok(found(9))), ROOT, now());
    assert_eq!(storing.samples(&id("data")).len(), 1);
}
