//! What is said before a reference moves.

use jiff::Timestamp;

use super::plan::tagging;
use crate::domain::sample::container;
use crate::domain::{ByteSize, Container, HostId, Image, ImageId, StepKind};

fn image(id: &str, tags: &[&str]) -> Image {
    Image {
        host: HostId::from("home"),
        id: ImageId::from(format!("sha256:{}", id.repeat(64)).as_str()),
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        digests: Vec::new(),
        size: ByteSize(2 << 20),
        created: Timestamp::now(),
    }
}

#[test]
fn a_tag_that_moves_says_from_where_and_who_runs_it() {
    let (new, old) = (image("a", &["web:2"]), image("b", &["web:1"]));
    let users = [container("docker.io/library/web:1", old.id.as_str())];
    let (steps, notes) = tagging(&new, "web:1", Some(&old), &users);
    assert_eq!(steps.len(), 1);
    assert_eq!(steps[0].kind, StepKind::Committing);
    let said = notes.join("\n");
    assert!(said.contains("so far it means bbbbbbbbbbbb"), "{said}");
    assert!(said.contains("it has no other name then"), "{said}");
    assert!(
        said.contains("topside images tag bbbbbbbbbbbb web:1 would put that back"),
        "{said}"
    );
    assert!(said.contains("runs on with the image it has"), "{said}");

    let old = image("b", &["web:1", "docker.io/web:stable"]);
    let said = tagging(&new, "web:1", Some(&old), &[]).1.join("\n");
    assert!(said.contains("it stays docker.io/web:stable"), "{said}");
    assert!(!said.contains("runs on"), "{said}");
}

#[test]
fn what_is_so_already_needs_no_step() {
    let own = image("a", &["web:1"]);
    assert!(tagging(&own, "web:1", Some(&own), &[]).0.is_empty());
    let containers: [Container; 0] = [];
    let (steps, notes) = tagging(&own, "other:1", None, &containers);
    assert_eq!(steps.len(), 1);
    assert!(notes[0].contains("new here"), "{notes:?}");
}
