//! When it is asked how current things are, and what is made of the answers.

use std::sync::Arc;

use super::{App, at, container, host, service};
use crate::app::effect::Effect;
use crate::app::freshness::{FreshEffect, FreshMsg, Marks, marks};
use crate::app::msg::HostMsg;
use crate::domain::{
    ActionName, ByteSize, Container, ContainerId, Failure, FilesSay, FilesUnread, Image, JobEvent,
    JobId, Origin, Outcome, RegistryAnswer, RegistryRecord, Subject,
};

fn image(id: &str, tags: &[&str], digests: &[&str]) -> Image {
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    Image {
        host: host(),
        id: id.into(),
        tags: owned(tags),
        digests: owned(digests),
        size: ByteSize(1),
        created: at(0),
    }
}

/// A container of a Compose project with a hash and files.
fn composed(path: &str, hash: &str) -> Container {
    let mut container = container(path);
    let own = container.compose.as_mut().unwrap();
    own.config_hash = Some(hash.to_owned());
    own.working_dir = Some(format!("/srv/{}", own.project));
    own.config_files = vec![format!("/srv/{}/compose.yml", own.project)];
    own.version = Some("5.6.1".to_owned());
    container
}

fn origin(container: &Container) -> Origin {
    container.compose.as_ref().unwrap().origin()
}

fn read(container: &Container) -> FreshEffect {
    FreshEffect::ReadFiles(origin(container), vec!["sha256:1".into()])
}

fn says(hashes: &[(&str, &str)], stamp: u64) -> FilesSay {
    let owned = |(name, hash): &(&str, &str)| ((*name).to_owned(), (*hash).to_owned());
    FilesSay {
        compose: "5.6.1".to_owned(),
        hashes: hashes.iter().map(owned).collect(),
        stamp,
        ..FilesSay::default()
    }
}

impl App {
    fn fresh(&mut self, answer: FreshMsg) {
        self.host(HostMsg::Fresh(answer));
    }

    fn marks(&self, project: &str, name: &str) -> Marks {
        let (host, service, _) = self.model.service(&service(Some(project), name)).unwrap();
        marks(host, service)
    }

    /// What was wanted to find out how current things are.
    fn asked(&mut self) -> Vec<FreshEffect> {
        let fresh = |effect| match effect {
            Effect::Fresh(_, wanted) => Some(wanted),
            _ => None,
        };
        self.effects().into_iter().filter_map(fresh).collect()
    }

    fn images_asked(&mut self) -> usize {
        let images = |effect: &Effect| matches!(effect, Effect::LoadImages(_));
        self.effects()
            .iter()
            .filter(|effect| images(effect))
            .count()
    }
}

#[test]
fn images_are_asked_for_after_the_first_picture_and_when_they_changed() {
    let mut app = App::with(vec![container("web")]);
    assert_eq!(app.images_asked(), 0, "the first picture comes first");
    app.tick(1);
    assert_eq!(app.images_asked(), 0);
    app.tick(1);
    assert_eq!(app.images_asked(), 1);
    app.host(HostMsg::Images(Ok(Vec::new())));
    for _ in 0..600 {
        app.tick(1);
    }
    assert_eq!(app.images_asked(), 0, "nothing is asked over and over");
    // A pull tells of several changes.
    for _ in 0..5 {
        app.host(HostMsg::ImagesChanged);
    }
    app.tick(2);
    assert_eq!(app.images_asked(), 1);
    // One at a time, and what changed meanwhile is asked again a while later.
    app.host(HostMsg::ImagesChanged);
    app.tick(4);
    assert_eq!(app.images_asked(), 0);
    app.host(HostMsg::Images(Ok(Vec::new())));
    app.host(HostMsg::ImagesChanged);
    for _ in 0..10 {
        app.tick(1);
    }
    assert_eq!(app.images_asked(), 1);
}

#[test]
fn an_image_that_was_built_and_not_deployed_is_found_and_a_redeploy_helps() {
    let mut app = App::with(vec![container("wezm/web")]);
    app.tick(2);
    let running = image("sha256:1", &["busybox:1"], &[]);
    app.host(HostMsg::Images(Ok(vec![running.clone()])));
    assert_eq!(app.marks("wezm", "web"), Marks::default());
    assert!(app.model.findings.is_empty());

    app.host(HostMsg::ImagesChanged);
    app.tick(5);
    let old = Image {
        tags: Vec::new(),
        ..running
    };
    let new = image("sha256:2", &["busybox:1"], &[]);
    app.host(HostMsg::Images(Ok(vec![old, new])));
    assert!(app.marks("wezm", "web").superseded);
    let finding = &app.model.findings[0];
    assert_eq!(
        finding.what,
        "wezm/web runs another image than busybox:1 means by now: it was built and not deployed"
    );
    assert_eq!(finding.action, Some(ActionName::Redeploy.into()));
    app.press("f");
    assert_eq!(app.rows(), ["+wezm", "web"]);

    // While the list is outdated nothing is said of a container that came since.
    app.host(HostMsg::ImagesChanged);
    let mut redeployed = container("wezm/web");
    redeployed.id = ContainerId::from("another");
    redeployed.image_id = "sha256:3".into();
    app.host(HostMsg::Removed(super::id("web")));
    app.host(HostMsg::Changed(vec![redeployed]));
    assert_eq!(app.marks("wezm", "web"), Marks::default());
}

#[test]
fn nothing_is_asked_while_a_job_is_at_work() {
    let mut app = App::with(vec![composed("wezm/web", "a")]);
    app.press("j R");
    app.tick(60);
    assert_eq!(app.asked(), []);
    let at = app.model.now;
    let outcome = Outcome::Done {
        summary: String::new(),
    };
    app.tell(crate::app::Msg::Job(
        JobId(1),
        JobEvent::Finished { outcome, at },
    ));
    app.tick(2);
    assert_eq!(app.asked().len(), 1);
}

#[test]
fn files_are_read_one_project_at_a_time_and_again_when_they_changed() {
    let (web, db) = (composed("a/web", "1"), composed("b/db", "2"));
    let mut app = App::with(vec![web.clone(), db.clone()]);
    app.tick(3);
    assert_eq!(app.asked(), [], "the first picture comes first");
    app.tick(1);
    assert_eq!(app.asked(), [read(&web)]);
    app.tick(1);
    assert_eq!(app.asked(), []);
    app.fresh(FreshMsg::Files(origin(&web), Ok(says(&[("web", "1")], 7))));
    app.tick(1);
    assert_eq!(app.asked(), [], "they are not read at once");
    app.tick(1);
    assert_eq!(app.asked(), [read(&db)]);
    app.fresh(FreshMsg::Files(origin(&db), Ok(says(&[("db", "x")], 8))));
    assert_eq!(app.marks("a", "web").drift, Some(false));
    assert_eq!(app.marks("b", "db").drift, Some(true));
    assert_eq!(
        app.model.findings[0].what,
        "b/db runs with another configuration than its Compose file"
    );

    for _ in 0..20 {
        app.tick(1);
    }
    app.effects();
    app.tick(30);
    let both = vec![origin(&web), origin(&db)];
    assert_eq!(app.asked(), [FreshEffect::LookAtFiles(both)]);
    app.fresh(FreshMsg::Looked(vec![(origin(&web), 7), (origin(&db), 9)]));
    app.tick(1);
    assert_eq!(app.asked(), [read(&db)]);
    // It holds until the answer is there.
    assert_eq!(app.marks("b", "db").drift, Some(true));
    app.fresh(FreshMsg::Files(origin(&db), Ok(says(&[("db", "2")], 9))));
    assert_eq!(app.marks("b", "db").drift, Some(false));
    assert!(app.model.findings.is_empty());
}

#[test]
fn a_container_that_was_brought_up_since_is_not_judged_by_what_the_files_said_before() {
    let web = composed("a/web", "1");
    let mut app = App::with(vec![web.clone()]);
    app.tick(4);
    // Files are read, changed, and brought up, in this order.
    let again = Container {
        id: ContainerId::from("another"),
        ..composed("a/web", "2")
    };
    app.host(HostMsg::Removed(web.id.clone()));
    app.host(HostMsg::Changed(vec![again]));
    app.fresh(FreshMsg::Files(origin(&web), Ok(says(&[("web", "1")], 7))));
    assert_eq!(app.marks("a", "web").drift, None);
    app.effects();
    app.tick(20);
    assert_eq!(app.asked(), [], "somebody may bring it up over and over");
    app.tick(10);
    assert!(app.asked().contains(&read(&web)));
    app.fresh(FreshMsg::Files(origin(&web), Ok(says(&[("web", "2")], 8))));
    assert_eq!(app.marks("a", "web").drift, Some(false));
}

#[test]
fn files_that_compose_does_not_take_are_found_once_for_the_project() {
    let (web, db) = (composed("a/web", "1"), composed("a/db", "2"));
    let mut app = App::with(vec![web.clone(), db]);
    app.tick(4);
    let failure = Failure::new("read", "yaml: line 3: mapping values are not allowed");
    let refused = FilesUnread::Refused { failure, stamp: 3 };
    app.fresh(FreshMsg::Files(origin(&web), Err(refused)));
    let [finding] = app.model.findings.as_slice() else {
        panic!("{:?}", app.model.findings)
    };
    assert!(matches!(&finding.subject, Subject::Project(project) if &*project.name == "a"));
    assert_eq!(
        finding.what,
        "Compose does not take the files of a: yaml: line 3: mapping values are not allowed"
    );
    app.press("! Enter");
    assert_eq!(app.selected(), "+a");
    // It is not asked again until one of them changes.
    app.effects();
    for _ in 0..100 {
        app.tick(1);
    }
    let times_read = |effects: Vec<FreshEffect>| {
        let is_read = |effect: &&FreshEffect| matches!(effect, FreshEffect::ReadFiles(..));
        effects.iter().filter(is_read).count()
    };
    assert_eq!(times_read(app.asked()), 0);
    app.fresh(FreshMsg::Looked(vec![(origin(&web), 4)]));
    app.tick(1);
    assert_eq!(times_read(app.asked()), 1);
    app.fresh(FreshMsg::Files(
        origin(&web),
        Ok(says(&[("web", "1"), ("db", "2")], 4)),
    ));
    assert!(app.model.findings.is_empty());
}

#[test]
fn files_on_another_machine_are_no_finding() {
    let web = composed("a/web", "1");
    let mut app = App::with(vec![web.clone()]);
    app.tick(4);
    let failure = Failure::new("find", "/srv/a is not there");
    app.fresh(FreshMsg::Files(
        origin(&web),
        Err(FilesUnread::NotHere(failure)),
    ));
    assert!(app.model.findings.is_empty());
    assert_eq!(app.marks("a", "web").drift, None);
}

/// A service whose registry can be asked, with all that was said before recalled.
fn with_registry(record: RegistryRecord) -> App {
    let mut app = App::with(vec![container("wezm/web")]);
    app.tick(2);
    let running = image("sha256:1", &["busybox:1"], &["busybox@sha256:a"]);
    app.host(HostMsg::Images(Ok(vec![running])));
    app.effects();
    app.tick(1);
    assert_eq!(app.asked(), [FreshEffect::Recall]);
    app.fresh(FreshMsg::Recalled(record));
    app.press("j");
    app.effects();
    app
}

fn answer(digest: &str, seconds: i64) -> RegistryAnswer {
    RegistryAnswer {
        reference: "busybox:1".to_owned(),
        digest: Some(digest.to_owned()),
        checked_at: at(seconds),
        error: None,
    }
}

fn ask(on_demand: bool) -> FreshEffect {
    FreshEffect::AskRegistries {
        references: vec!["busybox:1".to_owned()],
        on_demand,
    }
}

const DONE: FreshMsg = FreshMsg::Asked {
    on_demand: false,
    limited_until: None,
};

#[test]
fn registries_are_asked_minutes_after_the_start_and_hours_later_again() {
    let mut app = with_registry(RegistryRecord::default());
    app.tick(120);
    assert_eq!(app.asked(), []);
    app.tick(61);
    assert_eq!(app.asked(), [ask(false)]);
    app.tick(3_600);
    assert_eq!(app.asked(), [], "one round at a time");
    let now = app.model.now.duration_since(at(0)).as_secs();
    app.fresh(FreshMsg::Answered(answer("sha256:b", now)));
    app.fresh(DONE);
    assert!(app.marks("wezm", "web").update);
    assert!(app.model.findings.is_empty(), "an update needs nobody");
    app.tick(5 * 3_600);
    assert_eq!(app.asked(), []);
    app.tick(3_601);
    assert_eq!(app.asked(), [ask(false)]);
}

#[test]
fn what_was_said_before_holds_until_it_is_due() {
    let mut app = with_registry(RegistryRecord {
        answers: vec![answer("sha256:b", -3_600)],
        limited_until: None,
    });
    assert!(app.marks("wezm", "web").update);
    app.tick(4 * 3_600);
    assert_eq!(app.asked(), []);
    app.tick(3_600);
    assert_eq!(app.asked(), [ask(false)]);
    // A failure leaves what was known.
    let failed = RegistryAnswer {
        digest: None,
        error: Some("no route".to_owned()),
        ..answer("", 5 * 3_600)
    };
    app.fresh(FreshMsg::Answered(failed));
    app.fresh(DONE);
    assert!(app.marks("wezm", "web").update);
    app.tick(3_600);
    assert_eq!(app.asked(), [], "nor is it asked again quickly");
}

#[test]
fn a_registry_that_has_had_enough_is_left_alone() {
    let mut app = with_registry(RegistryRecord::default());
    app.tick(181);
    assert_eq!(app.asked(), [ask(false)]);
    let limited_until = Some(at(8 * 3_600));
    app.fresh(FreshMsg::Asked {
        on_demand: false,
        limited_until,
    });
    app.tick(7 * 3_600);
    assert_eq!(app.asked(), []);
    app.press("u");
    assert_eq!(app.asked(), []);
    let toast = &app.model.toasts.last().unwrap().text;
    assert!(
        toast.starts_with("the registry has answered enough"),
        "{toast}"
    );
    app.tick(3_600);
    assert_eq!(app.asked(), [ask(false)]);
}

#[test]
fn never_means_only_when_somebody_asks() {
    let mut app = with_registry(RegistryRecord::default());
    app.model.settings.updates = None;
    app.tick(100 * 3_600);
    assert_eq!(app.asked(), []);
    app.press("u");
    assert_eq!(app.asked(), [ask(true)]);
    app.press("u");
    assert_eq!(app.asked(), [], "once at a time");
    app.fresh(FreshMsg::Answered(answer("sha256:b", 0)));
    app.fresh(FreshMsg::Asked {
        on_demand: true,
        limited_until: None,
    });
    assert_eq!(
        app.model.toasts.last().unwrap().text,
        "wezm/web: update available, its registry has sha256:b"
    );
    app.press("u");
    app.fresh(FreshMsg::Answered(answer("sha256:a", 0)));
    app.fresh(FreshMsg::Asked {
        on_demand: true,
        limited_until: None,
    });
    assert_eq!(
        app.model.toasts.last().unwrap().text,
        "wezm/web: its registry has nothing newer"
    );
    assert!(!app.marks("wezm", "web").update);
}

#[test]
fn what_registries_say_is_taken_in_also_while_the_images_are_listed_again() {
    let mut app = with_registry(RegistryRecord::default());
    app.press("u");
    // Something else came or went.
    let containers = app.model.hosts[0].containers.values().cloned().collect();
    app.host(HostMsg::Listed(containers));
    app.fresh(FreshMsg::Answered(answer("sha256:b", 0)));
    app.fresh(FreshMsg::Asked {
        on_demand: true,
        limited_until: None,
    });
    let toast = &app.model.toasts.last().unwrap().text;
    assert!(toast.starts_with("wezm/web: update available"), "{toast}");
    assert!(app.marks("wezm", "web").update);
}

#[test]
fn nobody_is_told_that_there_is_no_registry_before_the_images_are_known() {
    let mut app = App::with(vec![container("wezm/web")]);
    app.press("j u");
    let toast = &app.model.toasts.last().unwrap().text;
    assert!(toast.starts_with("the images are being listed"), "{toast}");
}

#[test]
fn asking_again_reads_the_files_again_too_and_says_when_there_is_no_registry() {
    let web = composed("a/web", "1");
    let mut app = App::with(vec![web.clone()]);
    app.host(HostMsg::Images(Ok(Vec::new())));
    app.tick(4);
    app.fresh(FreshMsg::Files(origin(&web), Ok(says(&[("web", "1")], 7))));
    app.effects();
    app.press("j u");
    app.tick(3);
    assert_eq!(app.asked(), [read(&web)]);
    let toast = &app.model.toasts.last().unwrap().text;
    assert!(toast.starts_with("a/web: no registry to ask"), "{toast}");
}

#[test]
fn a_list_keeps_what_a_container_was_made_from() {
    let mut app = App::with(vec![container("wezm/web")]);
    let mut listed = container("wezm/web");
    listed.detail = None;
    listed.image = Arc::from("sha256:1");
    app.host(HostMsg::Listed(vec![listed]));
    let (_, _, container) = app.model.service(&service(Some("wezm"), "web")).unwrap();
    assert_eq!(&*container.image, "busybox:1");
}
