//! What plans say, and readers that are fed.

use std::io::Read;

use super::plan::{back_up, restore};
use crate::domain::sample::container;
use crate::domain::{Container, ContainerState, Mount, MountKind, StepKind, VolumeId};
use crate::jobs::stream::incoming;

fn volume() -> VolumeId {
    VolumeId {
        host: "home".into(),
        name: "data".into(),
    }
}

fn mounting(name: &str, read_only: bool, state: ContainerState) -> Container {
    Container {
        name: name.into(),
        state,
        mounts: vec![Mount {
            kind: MountKind::Volume,
            name: Some("data".to_owned()),
            source: String::new(),
            destination: "/data".to_owned(),
            read_only,
        }],
        ..container("nginx:1", "sha256:1")
    }
}

#[test]
fn a_backup_names_who_can_write_meanwhile() {
    let containers = [
        mounting("db", false, ContainerState::Running),
        mounting("reader", true, ContainerState::Running),
        mounting("old", false, ContainerState::Exited),
    ];
    let (steps, notes) = back_up(&volume(), "/srv/b.tar", &containers);
    let kinds: Vec<StepKind> = steps.iter().map(|step| step.kind).collect();
    assert_eq!(kinds, [StepKind::Cancellable, StepKind::Committing]);
    assert!(notes[0].starts_with("db runs"), "{notes:?}");
    let others = notes[1..].join(" ");
    assert!(
        !others.contains("reader") && !others.contains("old"),
        "{others}"
    );
}

#[test]
fn a_restoration_reads_the_file_before_it_makes_anything() {
    let (steps, notes) = restore(&volume(), "/srv/b.tar", false);
    let kinds: Vec<StepKind> = steps.iter().map(|step| step.kind).collect();
    assert_eq!(
        kinds,
        [
            StepKind::Cancellable,
            StepKind::Committing,
            StepKind::Cancellable,
            StepKind::Cancellable
        ]
    );
    assert!(notes[0].contains("no checksum"), "{notes:?}");
    assert_eq!(restore(&volume(), "/srv/b.tar", true).1.len(), 1);
}

#[test]
fn an_answer_that_breaks_off_is_no_end() {
    let (feed, mut reader) = incoming();
    feed.blocking_send(b"abc".to_vec()).unwrap();
    feed.blocking_send(Vec::new()).unwrap();
    let mut text = String::new();
    reader.read_to_string(&mut text).unwrap();
    assert_eq!(text, "abc");

    let (feed, mut reader) = incoming();
    feed.blocking_send(b"abc".to_vec()).unwrap();
    drop(feed);
    let broken = reader.read_to_string(&mut text).unwrap_err();
    assert!(broken.to_string().contains("broke off"), "{broken}");
}
