//! The releases of a service: asked for while they are looked at, gone back to from there.

use super::*;
use crate::app::view::DetailTab;
use crate::domain::{
    ActionName, Failure, ImagePlace, JobEvent, JobId, ListedRelease, Outcome, Release, ReleaseState,
};

fn listed(number: u64, image: &str) -> ListedRelease {
    ListedRelease {
        release: Release {
            number,
            image: image.into(),
            reference: "busybox:1".to_owned(),
            digests: Vec::new(),
            config_hash: None,
            since: at(-100),
            state: ReleaseState::Good,
        },
        place: ImagePlace::Kept,
    }
}

/// Two services, the releases of the first open.
fn opened() -> App {
    let mut app = App::with(vec![container("a"), container("b")]);
    app.effects();
    app.press("Enter [");
    assert_eq!(app.model.detail.tab, DetailTab::Releases);
    app
}

fn answer(app: &mut App, name: &str) {
    let all = vec![
        listed(3, "sha256:3"),
        listed(2, "sha256:2"),
        listed(1, "sha256:1"),
    ];
    app.tell(Msg::Releases(service(None, name), Ok(all)));
}

fn loads(app: &mut App) -> Vec<String> {
    app.effects()
        .iter()
        .filter_map(|effect| match effect {
            Effect::LoadReleases(service) => Some(service.to_string()),
            _ => None,
        })
        .collect()
}

/// The release each begun roll back leads to.
fn back_to(app: &mut App) -> Vec<Option<u64>> {
    app.effects()
        .iter()
        .filter_map(|effect| match effect {
            Effect::StartJob { request, .. } if request.action == ActionName::RollBack => {
                Some(request.to)
            }
            _ => None,
        })
        .collect()
}

#[test]
fn releases_are_asked_for_while_they_are_looked_at() {
    let mut app = opened();
    assert_eq!(loads(&mut app), ["a"]);
    app.tick(1);
    assert_eq!(loads(&mut app), Vec::<String>::new(), "not twice");
    answer(&mut app, "a");
    assert_eq!(app.model.detail.releases.rows().len(), 3);
    app.host(HostMsg::ImagesChanged);
    assert_eq!(loads(&mut app), ["a"]);
    answer(&mut app, "a");
    app.press("]");
    app.host(HostMsg::ImagesChanged);
    assert_eq!(loads(&mut app), Vec::<String>::new(), "another tab");
}

#[test]
fn they_are_asked_for_again_when_a_job_on_the_service_ended() {
    let mut app = opened();
    answer(&mut app, "a");
    app.press("D");
    app.effects();
    let summary = "runs".to_owned();
    let outcome = Outcome::Done { summary };
    let at = at(9);
    app.tell(Msg::Job(JobId(1), JobEvent::Finished { outcome, at }));
    assert_eq!(loads(&mut app), ["a"]);
}

#[test]
fn an_answer_for_another_service_is_dropped() {
    let mut app = opened();
    app.press("Esc j");
    app.draw();
    assert_eq!(loads(&mut app), ["a", "b"]);
    answer(&mut app, "a");
    assert_eq!(app.model.detail.releases.all.value, None);
    let failure = Failure::new("look", "no");
    app.tell(Msg::Releases(service(None, "b"), Err(failure.clone())));
    assert_eq!(app.model.detail.releases.all.failure, Some(failure));
}

#[test]
fn z_goes_back_to_the_release_under_the_cursor() {
    let mut app = opened();
    answer(&mut app, "a");
    app.effects();
    app.press("j j Z");
    assert_eq!(back_to(&mut app), [Some(1)]);
}

#[test]
fn elsewhere_z_goes_back_to_the_last_good_one() {
    let mut app = opened();
    answer(&mut app, "a");
    app.effects();
    app.press("j Esc Z");
    assert_eq!(back_to(&mut app), [None], "the list has the keys");
    let mut app = opened();
    answer(&mut app, "a");
    app.effects();
    app.press("j Esc Space k Enter Z");
    assert_eq!(back_to(&mut app), [None], "what is marked is meant");
}

#[test]
fn the_cursor_stays_on_its_release_when_a_newer_one_comes() {
    let mut app = opened();
    answer(&mut app, "a");
    app.press("j");
    let newer = [4, 3, 2, 1].map(|n| listed(n, &format!("sha256:{n}")));
    app.tell(Msg::Releases(service(None, "a"), Ok(newer.into())));
    let selected = app.model.detail.releases.selected().unwrap();
    assert_eq!(selected.release.number, 2);
}
