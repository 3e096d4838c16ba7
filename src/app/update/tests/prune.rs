//! Pruning: shown first, and nothing goes by a slip.

use super::{App, at, container, host};
use crate::app::effect::Effect;
use crate::app::msg::{HostMsg, Msg};
use crate::app::overlay::Overlay;
use crate::app::storage::StorageMsg;
use crate::app::view::ImagePart;
use crate::domain::{
    ActionName, ByteSize, CacheRecord, Container, EngineUsage, Image, ImageId, Mount, MountKind,
    Operation, Plan, Prune, Request, Step, StepKind, Target, Unused, UnusedImages, Volume,
    VolumeId,
};

fn image(word: &str, tags: &[&str]) -> Image {
    Image {
        host: host(),
        id: ImageId::from(word),
        tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
        digests: Vec::new(),
        size: ByteSize(1 << 20),
        created: at(0),
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
        labels: std::collections::BTreeMap::new(),
        options: std::collections::BTreeMap::new(),
    }
}

/// In the images view, the cursor on the one image.
fn images(one: Image) -> App {
    let mut app = App::with(vec![running("web", "used")]);
    app.press("4");
    app.host(HostMsg::Images(Ok(vec![one])));
    app.draw();
    app.effects();
    app
}

/// In the volumes view, the cursor on the one volume.
fn volumes(name: &str) -> App {
    let mut user = container("db");
    user.mounts = vec![Mount {
        kind: MountKind::Volume,
        name: Some("used".to_owned()),
        source: String::new(),
        destination: "/data".to_owned(),
        read_only: false,
    }];
    let mut app = App::with(vec![user]);
    app.press("3");
    app.host(HostMsg::Volumes(Ok(vec![volume(name)])));
    app.draw();
    app.effects();
    app
}

fn running(name: &str, image: &str) -> Container {
    Container {
        image_id: ImageId::from(image),
        ..container(name)
    }
}

#[track_caller]
fn said(app: &App) -> &str {
    &app.model.toasts.last().unwrap().text
}

fn plan(ids: &[&str]) -> Plan {
    let steps = ids.iter().map(|&id| Step {
        title: format!("remove image {id}"),
        operation: Operation::RemoveImage {
            image: id.into(),
            tags: Vec::new(),
            digests: Vec::new(),
            size: ByteSize(1),
        },
        kind: StepKind::Committing,
    });
    Plan {
        action: ActionName::Prune,
        target: Target::Host(host()),
        containers: Vec::new(),
        steps: steps.collect(),
        notes: Vec::new(),
    }
}

fn unused(images: Option<UnusedImages>, networks: bool) -> Prune {
    Prune::Unused(Unused {
        images,
        build_cache: false,
        networks,
        ..Unused::default()
    })
}

#[test]
fn an_image_that_nothing_holds_goes_at_a_yes() {
    let mut app = images(image("a", &["web:1", "web:2"]));
    for no in ["n", "q", "Esc"] {
        app.press("X Enter x");
        assert!(matches!(app.model.overlay, Some(Overlay::Discard(_))));
        app.press(no);
        assert!(app.model.overlay.is_none());
    }
    assert!(app.started().is_empty());
    app.press("X");
    let Some(Overlay::Discard(discard)) = &app.model.overlay else {
        panic!("it asks")
    };
    assert!(discard.lines[0].contains("web:1, web:2"), "{discard:?}");
    app.press("y");
    let [request] = app.started().try_into().unwrap();
    assert_eq!(request.title(), "remove image web:1 on local");
    assert_eq!(request.action, ActionName::RemoveImage);
    assert!(app.model.overlay.is_none());
    assert!(app.model.jobs[0].request() == Some(request));
}

#[test]
fn an_image_that_is_used_or_kept_stays() {
    let mut app = images(image("used", &["web:1"]));
    app.press("X");
    assert_eq!(said(&app), "web:1 stays: web (running) uses it");
    assert!(app.model.overlay.is_none());
    let mut app = images(image("a", &["topside.keep/web:1-20231114T221320Z"]));
    app.press("X");
    assert!(said(&app).contains("kept for going back"), "{}", said(&app));
    assert!(app.model.overlay.is_none());
}

#[test]
fn tag_save_and_pull_are_asked_for_and_shown_before_they_begin() {
    let request = |app: &App| match &app.model.overlay {
        Some(Overlay::Plan(view)) => view.entries[0].request.clone(),
        other => panic!("it is shown first: {other:?}"),
    };
    let mut app = images(image("a", &["web:1"]));
    app.press("T 2 Enter");
    let tag = request(&app);
    assert_eq!(tag.title(), "tag image web:1");
    assert_eq!(tag.reference.as_deref(), Some("web:12"));
    app.press("Esc S Enter");
    let save = request(&app);
    assert_eq!(save.title(), "save image web:1");
    assert_eq!(save.file.as_deref(), Some("web-1.tar"));
    // Nothing is nothing to fetch.
    app.press("Esc D Enter");
    assert!(matches!(&app.model.overlay, Some(Overlay::Image(_))));
    app.press("n : 1 Enter");
    assert_eq!(request(&app).title(), "pull image n:1");
    app.press("Esc T Esc");
    assert!(app.model.overlay.is_none() && app.started().is_empty());
    // One without a name goes by its id, and with none.
    let mut app = images(image("sha256:0123456789abcdef", &[]));
    app.press("S Enter");
    assert_eq!(request(&app).file.as_deref(), Some("0123456789ab.tar"));
}

#[test]
fn the_build_cache_has_a_list_of_its_own_and_its_keys_are_for_it() {
    let cached = |id: &str, size: u64, in_use: bool| CacheRecord {
        id: id.to_owned(),
        kind: "regular".to_owned(),
        description: format!("RUN make {id}"),
        size: ByteSize(size),
        in_use,
        shared: false,
        created: None,
        last_used: None,
        uses: 1,
    };
    let usage = EngineUsage {
        cache: vec![cached("small", 1, false), cached("big", 9, true)],
        ..EngineUsage::default()
    };
    let mut app = images(image("a", &["web:1"]));
    app.host(HostMsg::Storage(StorageMsg::Engine(Box::new(Ok(usage)))));
    let ids = |app: &App| -> Vec<String> {
        let rows = app.model.cache.rows.iter();
        rows.map(|(_, id)| id.to_string()).collect()
    };
    app.press("]");
    assert_eq!(app.model.image_part, ImagePart::Cache);
    assert_eq!(ids(&app), ["big", "small"], "the greatest first");
    // No key is for the image that is not seen.
    for key in ["X", "T", "S", "L"] {
        app.press(key);
        assert!(app.model.overlay.is_none(), "{key}");
    }
    app.press("P");
    let Some(Overlay::Plan(view)) = &app.model.overlay else {
        panic!("it is shown first")
    };
    let wanted = Unused {
        build_cache: true,
        ..Unused::default()
    };
    assert_eq!(view.entries[0].request.prune, Some(Prune::Unused(wanted)));
    app.press("Esc / s m a l l Enter");
    assert_eq!(ids(&app), ["small"]);
    app.press("Esc f");
    assert_eq!(ids(&app), ["small"], "a build uses the other one");
    app.press("f [");
    assert_eq!(app.model.image_part, ImagePart::Images);
    assert_eq!(
        app.model.images.rows.len(),
        1,
        "each list has its own filter"
    );
}

#[test]
fn a_backup_and_a_restoration_are_asked_for_and_shown_before_they_begin() {
    let mut app = volumes("old");
    app.press("B x . t Enter");
    let Some(Overlay::Plan(view)) = &app.model.overlay else {
        panic!("it is shown first")
    };
    let request = &view.entries[0].request;
    assert_eq!(request.title(), "back up old");
    assert_eq!(request.file.as_deref(), Some("~/x.t"));
    app.press("Esc");
    assert!(app.started().is_empty());

    // What is missing is typed next.
    app.press("R b Enter");
    assert!(matches!(&app.model.overlay, Some(Overlay::Carry(view)) if view.on_volume));
    app.press("n e w Tab 2 Enter");
    let Some(Overlay::Plan(view)) = &app.model.overlay else {
        panic!("it is shown first")
    };
    let request = view.entries[0].request.clone();
    assert_eq!(request.action, ActionName::Restore);
    assert_eq!(request.title(), "restore new");
    assert_eq!(request.file.as_deref(), Some("~/b2"));
    app.press("R Esc");
    assert!(app.model.overlay.is_none() && app.started().is_empty());
}

#[test]
fn a_volume_goes_when_its_name_is_typed() {
    let mut app = volumes("old");
    app.press("X y Enter");
    let wrong = |app: &App| match &app.model.overlay {
        Some(Overlay::Discard(discard)) => discard.name.as_ref().unwrap().wrong,
        other => panic!("{other:?}"),
    };
    assert!(wrong(&app), "y is no name");
    app.press("Backspace o l");
    assert!(!wrong(&app));
    app.press("Enter");
    assert!(wrong(&app), "nor is a part of it");
    assert!(app.started().is_empty());
    app.press("d Enter");
    let [request] = app.started().try_into().unwrap();
    assert_eq!(request.title(), "remove volume old on local");
    assert!(app.model.overlay.is_none());
}

#[test]
fn a_name_can_be_pasted_and_the_question_left() {
    let mut app = volumes("old");
    app.press("X");
    app.tell(Msg::Paste("old\nrm -rf".to_owned()));
    app.press("Esc");
    assert!(app.model.overlay.is_none() && app.started().is_empty());
    app.press("X");
    app.tell(Msg::Paste("old\n".to_owned()));
    assert!(app.started().is_empty(), "a line end is no Enter");
    app.press("Enter");
    assert_eq!(app.started().len(), 1);
}

#[test]
fn of_a_name_that_nobody_gave_the_beginning_does() {
    let name = "9f2c4e6a8b0d".to_owned() + &"0".repeat(52);
    let mut app = volumes(&name);
    app.press("X");
    app.tell(Msg::Paste("9f2c4e6a8b0d".to_owned()));
    app.press("Enter");
    let [request] = app.started().try_into().unwrap();
    assert_eq!(request.prune, Some(Prune::Volumes([name].into())));
}

#[test]
fn a_volume_that_is_used_stays() {
    let mut app = volumes("used");
    app.press("X");
    assert_eq!(said(&app), "used stays: db writes to it, running");
    assert!(app.model.overlay.is_none());
}

#[test]
fn a_prune_is_shown_and_enter_takes_no_more_than_that() {
    let mut app = images(image("a", &[]));
    app.press("P");
    let request = Request::prune(host(), unused(Some(UnusedImages::Untagged), false));
    assert!(app.effects().contains(&Effect::MakePlan(request.clone())));
    app.press("Enter");
    assert!(app.started().is_empty(), "not known yet");
    app.tell(Msg::Planned(request.clone(), Ok(plan(&["a", "b"]))));
    app.press("Enter");
    let [job] = app.started().try_into().unwrap();
    assert_eq!(job.title(), "prune images on local");
    let Some(Prune::Unused(unused)) = job.prune else {
        panic!("{job:?}")
    };
    assert_eq!(unused.only, Some(["a".to_owned(), "b".to_owned()].into()));
}

#[test]
fn where_nothing_would_go_enter_only_closes() {
    let mut app = images(image("a", &[]));
    app.press("A");
    let request = Request::prune(host(), unused(Some(UnusedImages::All), false));
    app.tell(Msg::Planned(request, Ok(plan(&[]))));
    app.press("Enter");
    assert!(app.started().is_empty() && app.model.overlay.is_none());
}

#[test]
fn a_long_plan_scrolls_and_escape_leaves_it() {
    let mut app = images(image("a", &[]));
    app.press("P");
    let request = Request::prune(host(), unused(Some(UnusedImages::Untagged), false));
    app.tell(Msg::Planned(request, Ok(plan(&["a"; 50]))));
    app.model.regions.overlay_most = 30;
    let offset = |app: &App| match &app.model.overlay {
        Some(Overlay::Plan(view)) => view.offset,
        other => panic!("{other:?}"),
    };
    for (key, wanted) in [
        ("j", 1),
        ("PgDn", 11),
        ("k", 10),
        ("G", 30),
        ("j", 30),
        ("g", 0),
    ] {
        app.press(key);
        assert_eq!(offset(&app), wanted, "{key}");
    }
    app.press("Esc");
    assert!(app.model.overlay.is_none() && app.started().is_empty());
}

#[test]
fn networks_are_pruned_from_the_palette() {
    let mut app = images(image("a", &[]));
    app.press(": p r u n e Space n e t Enter");
    let request = Request::prune(host(), unused(None, true));
    assert!(app.effects().contains(&Effect::MakePlan(request)));
}

#[test]
fn nothing_goes_from_a_host_that_is_read_only() {
    let mut app = images(image("a", &["web:1"]));
    let read_only = crate::domain::Wishes {
        policy: Some(crate::domain::Policy::ReadOnly),
        ..crate::domain::Wishes::default()
    };
    app.model.settings.preferences = crate::domain::Preferences {
        hosts: [(host(), read_only)].into(),
        ..crate::domain::Preferences::default()
    };
    app.press("X y");
    assert!(app.started().is_empty());
    assert!(
        said(&app).contains("read-only, by [hosts."),
        "{}",
        said(&app)
    );
}

#[test]
fn one_prune_at_a_time() {
    let mut app = images(image("a", &["web:1"]));
    app.press("X y P");
    let words = said(&app);
    assert!(
        words.contains("remove image web:1 on local is under way"),
        "{words}"
    );
    assert!(app.model.overlay.is_none());
}
