//! Looking through files: in, up, back; what is asked and what is known; copying asks first, once more where something
//! would go.

use std::collections::BTreeMap;

use super::{App, at, container, ended, host};
use crate::app::browser::{Browser, FilesEffect, FilesMsg};
use crate::app::effect::Effect;
use crate::app::msg::{HostMsg, Msg};
use crate::app::overlay::Overlay;
use crate::domain::{
    ActionName, ByteSize, Failure, FileEntry, FileKind, FilePlace, FilesOf, Folder, JobEvent,
    Mount, MountKind, Opened, Outcome, Volume, VolumeId,
};

pub(super) fn entry(name: &str, kind: FileKind, size: u64) -> FileEntry {
    FileEntry {
        name: name.to_owned(),
        exact: !name.contains('\u{fffd}'),
        kind,
        size: ByteSize(size),
        mode: 0o644,
        uid: 0,
        gid: 0,
        modified: Some(at(i64::try_from(size).unwrap())),
    }
}

fn folder(names: &[&str]) -> Folder {
    let of = |name: &&str| match name.strip_suffix('/') {
        Some(name) => entry(name, FileKind::Folder, 0),
        None => entry(name, FileKind::File, name.len() as u64),
    };
    Folder {
        entries: names.iter().map(of).collect(),
        ..Folder::default()
    }
}

fn browser(app: &App) -> &Browser {
    app.model
        .browser
        .as_ref()
        .expect("files are looked through")
}

fn names(app: &App) -> Vec<String> {
    let browser = browser(app);
    let rows = 0..browser.rows.len();
    let names = rows.filter_map(|row| browser.entry(row));
    names.map(|entry| entry.name.clone()).collect()
}

/// What is asked now.
fn asked(app: &mut App) -> Option<(u64, FilePlace)> {
    app.effects()
        .into_iter()
        .rev()
        .find_map(|effect| match effect {
            Effect::Files(_, FilesEffect::Open { question, place }) => Some((question, place)),
            _ => None,
        })
}

fn answer(app: &mut App, opened: Opened) {
    let (question, _) = asked(app).expect("something is asked");
    app.tell(Msg::Browsed(FilesMsg::Opened(question, Ok(opened))));
}

fn show(app: &mut App, path: &str, names: &[&str]) {
    answer(
        app,
        Opened::Folder {
            path: path.to_owned(),
            folder: folder(names),
            below: BTreeMap::new(),
        },
    );
}

fn read(app: &mut App, path: &str, content: &str) {
    answer(
        app,
        Opened::File {
            path: path.to_owned(),
            content: content.as_bytes().to_vec(),
            size: ByteSize(content.len() as u64),
        },
    );
}

/// The files of a service, its root shown.
fn opened() -> App {
    let mut app = App::with(vec![ended("web", 0)]);
    app.effects();
    app.press("b");
    show(&mut app, "/", &["b.txt", "etc/", "a", "var/"]);
    app
}

#[test]
fn one_goes_in_and_up_and_stands_where_one_stood() {
    let mut app = App::with(vec![ended("web", 0)]);
    app.effects();
    app.press("b");
    let (_, place) = asked(&mut app).unwrap();
    assert_eq!((&*place.path, browser(&app).title.as_str()), ("/", "web"));
    assert!(matches!(place.of, FilesOf::Container(_)), "it need not run");
    let mut app = opened();
    assert_eq!(names(&app), ["etc", "var", "a", "b.txt"], "folders first");
    app.press("j Enter");
    let (question, place) = asked(&mut app).unwrap();
    assert_eq!(place.path, "/var");
    assert_eq!(browser(&app).path, "/", "until the answer");
    let below = Opened::Folder {
        path: "/var".to_owned(),
        folder: folder(&["lib/"]),
        below: BTreeMap::new(),
    };
    app.tell(Msg::Browsed(FilesMsg::Opened(question, Ok(below))));
    assert_eq!(browser(&app).path, "/var");
    app.press("h");
    show(&mut app, "/", &["b.txt", "etc/", "a", "var/"]);
    assert_eq!(browser(&app).selected().unwrap().name, "var");
    app.press("Backspace");
    assert!(asked(&mut app).is_none(), "nothing is above the root");
    app.press("Esc");
    assert!(app.model.browser.is_none());
}

#[test]
fn an_answer_to_an_older_question_is_none_and_esc_ends_what_is_asked() {
    let mut app = opened();
    app.press("Enter");
    let (old, _) = asked(&mut app).unwrap();
    app.press("Esc");
    let stop = Effect::Files(host(), FilesEffect::Stop);
    assert!(app.effects().contains(&stop));
    app.tell(Msg::Browsed(FilesMsg::Passed(old, ByteSize(5))));
    let late = Opened::Folder {
        path: "/etc".to_owned(),
        folder: folder(&["late"]),
        below: BTreeMap::new(),
    };
    app.tell(Msg::Browsed(FilesMsg::Opened(old, Ok(late))));
    assert_eq!(browser(&app).path, "/");
    app.press("Enter");
    let (question, _) = asked(&mut app).unwrap();
    app.tell(Msg::Browsed(FilesMsg::Passed(question, ByteSize(7))));
    let passed = browser(&app).opening.as_ref().unwrap().passed;
    assert_eq!(passed, ByteSize(7));
    let failure = Failure::new("open /etc", "no");
    app.tell(Msg::Browsed(FilesMsg::Opened(question, Err(failure))));
    assert_eq!(names(&app).len(), 4, "what is shown stays");
    assert!(
        app.model
            .toasts
            .iter()
            .any(|toast| toast.text.contains("no"))
    );
}

#[test]
fn what_came_along_is_not_asked_again_until_somebody_wants_it() {
    let mut app = App::with(vec![container("web")]);
    app.effects();
    app.press("b");
    let below = BTreeMap::from([("/etc".to_owned(), folder(&["passwd"]))]);
    answer(
        &mut app,
        Opened::Folder {
            path: "/".to_owned(),
            folder: folder(&["etc/"]),
            below,
        },
    );
    app.press("Enter");
    assert!(asked(&mut app).is_none());
    assert_eq!(names(&app), ["passwd"]);
    app.press("h");
    assert!(asked(&mut app).is_none(), "nor what was above it");
    assert_eq!(names(&app), ["etc"]);
    app.press("Enter u");
    assert_eq!(asked(&mut app).unwrap().1.path, "/etc");
}

#[test]
fn files_are_sorted_and_filtered_and_the_cursor_stays() {
    let mut app = opened();
    app.press("G");
    assert_eq!(browser(&app).selected().unwrap().name, "b.txt");
    app.press("o");
    assert_eq!(
        names(&app),
        ["etc", "var", "b.txt", "a"],
        "the largest first"
    );
    assert_eq!(browser(&app).selected().unwrap().name, "b.txt");
    app.press("/ v a r");
    assert_eq!(names(&app), ["var"]);
    app.press("Enter Esc");
    assert_eq!(names(&app).len(), 4);
    app.press("/ t x t Esc");
    assert_eq!(names(&app).len(), 4);
    assert!(app.model.browser.is_some());
    // Keys of what lies behind do nothing.
    app.press("R D X S");
    assert!(app.started().is_empty());
}

#[test]
fn a_file_is_read_searched_and_left_again() {
    let mut app = opened();
    app.press("G v");
    read(&mut app, "/b.txt", &"line\n".repeat(100));
    app.draw();
    app.press("G");
    assert_eq!(browser(&app).page.as_ref().unwrap().top, 80);
    app.press("g / i n e Enter n n N");
    let page = browser(&app).page.as_ref().unwrap();
    assert_eq!((page.hit, page.top), (Some(1), 0));
    app.press("Esc");
    assert!(browser(&app).page.is_none());
    assert_eq!(browser(&app).selected().unwrap().name, "b.txt");
}

#[test]
fn what_cannot_be_opened_says_so_and_asks_nothing() {
    let mut app = App::with(vec![container("web")]);
    app.effects();
    app.press("b");
    let mut odd = folder(&[]);
    odd.entries = vec![
        entry("latin\u{fffd}", FileKind::File, 1),
        entry("pipe", FileKind::Pipe, 0),
    ];
    answer(
        &mut app,
        Opened::Folder {
            path: "/".to_owned(),
            folder: odd,
            below: BTreeMap::new(),
        },
    );
    for keys in ["g Enter", "g C", "G Enter", "G C"] {
        app.press(keys);
        assert!(
            asked(&mut app).is_none() && app.model.overlay.is_none(),
            "{keys}"
        );
    }
    let said = |text: &str| {
        app.model
            .toasts
            .iter()
            .any(|toast| toast.text.contains(text))
    };
    assert!(said("not UTF-8") && said("pipe"));
}

#[test]
fn copying_out_asks_where_and_once_more_where_something_is() {
    let mut app = opened();
    app.press("G C");
    let Some(Overlay::CopyFile(view)) = &app.model.overlay else {
        panic!("{:?}", app.model.overlay);
    };
    assert_eq!(view.input.value(), "./b.txt");
    app.press("Enter");
    assert!(app.started().is_empty(), "it is looked first");
    let here = |typed: &str, exists| {
        Msg::Browsed(FilesMsg::Here {
            typed: typed.to_owned(),
            exists,
        })
    };
    app.tell(here("./other", false));
    assert!(app.model.overlay.is_some(), "an answer to something else");
    app.tell(here("./b.txt", true));
    app.press("x Enter");
    assert!(app.started().is_empty(), "only a yes is one");
    app.press("y");
    let request = app.started().pop().unwrap();
    let copy = request.copy.as_ref().unwrap();
    assert_eq!(request.action, ActionName::CopyOut);
    assert!(copy.overwrite);
    assert_eq!((&*copy.place.path, &*copy.local), ("/b.txt", "./b.txt"));
    assert_eq!(request.title(), "copy /b.txt out of web");
}

#[test]
fn copying_in_asks_what_and_shows_it_when_it_is_done() {
    let mut app = opened();
    app.press("P n e w Enter");
    let request = app.started().pop().unwrap();
    let copy = request.copy.as_ref().unwrap();
    assert_eq!(request.action, ActionName::CopyIn);
    assert_eq!(
        (&*copy.place.path, &*copy.local, copy.overwrite),
        ("/", "./new", false)
    );
    let job = app.model.jobs[0].id;
    let outcome = Outcome::Done {
        summary: "done".to_owned(),
    };
    app.tell(Msg::Job(job, JobEvent::Finished { outcome, at: at(1) }));
    assert_eq!(asked(&mut app).unwrap().1.path, "/", "it is read again");
    app.press("Esc P a Enter");
    assert!(app.started().is_empty(), "there is an a");
    app.press("n C-u . / Enter");
    assert!(app.started().is_empty(), "nothing is named");
}

#[test]
fn read_only_refuses_what_is_put_in_and_not_what_is_copied_out() {
    let mut web = ended("web", 0);
    web.labels
        .insert("topside.policy".to_owned(), "read-only".to_owned());
    web.mounts = vec![Mount {
        kind: MountKind::Volume,
        name: Some("data".to_owned()),
        source: String::new(),
        destination: "/data".to_owned(),
        read_only: false,
    }];
    let mut app = App::with(vec![web]);
    app.effects();
    app.press("b");
    show(&mut app, "/", &["a"]);
    app.press("P x Enter");
    assert!(app.started().is_empty());
    assert!(
        app.model
            .toasts
            .iter()
            .any(|toast| toast.text.contains("read-only"))
    );
    app.press("C Enter");
    app.tell(Msg::Browsed(FilesMsg::Here {
        typed: "./a".to_owned(),
        exists: false,
    }));
    assert_eq!(app.started().len(), 1);
    // Nor is anything put into a volume that it mounts.
    app.press("Esc 3");
    app.host(HostMsg::Volumes(Ok(vec![Volume {
        id: VolumeId {
            host: host(),
            name: "data".into(),
        },
        driver: "local".to_owned(),
        mountpoint: String::new(),
        created: None,
        labels: BTreeMap::new(),
        options: BTreeMap::new(),
    }])));
    app.draw();
    app.effects();
    app.press("b");
    assert_eq!(browser(&app).title, "volume data");
    show(&mut app, "/", &["a"]);
    app.press("P x Enter");
    assert!(app.started().is_empty());
}

#[test]
fn a_folder_of_the_host_is_looked_at_as_a_container_sees_it() {
    let mut web = container("web");
    web.mounts = vec![Mount {
        kind: MountKind::Bind,
        name: None,
        source: "/srv/site".to_owned(),
        destination: "/usr/share/www".to_owned(),
        read_only: true,
    }];
    let mut app = App::with(vec![web]);
    app.press("3");
    app.host(HostMsg::Volumes(Ok(Vec::new())));
    app.draw();
    app.effects();
    app.press("b");
    let (_, place) = asked(&mut app).unwrap();
    assert_eq!(place.path, "/usr/share/www");
    app.press("1");
    assert!(app.model.browser.is_none(), "another view closes it");
    assert!(
        app.effects()
            .contains(&Effect::Files(host(), FilesEffect::Stop))
    );
}
