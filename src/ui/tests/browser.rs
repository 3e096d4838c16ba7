//! Files of a container and of a volume: a folder, a text, bytes, the questions, and what is not so well.

use std::collections::BTreeMap;

use super::frames::keep;
use super::{frame, full};
use crate::app::Model;
use crate::app::browser::{Browser, CopyFileView, FilesEffect};
use crate::app::fixture::{ago, service_id};
use crate::app::overlay::Overlay;
use crate::domain::text::is_unsafe;
use crate::domain::{
    ActionName, ByteSize, Failure, FileEntry, FileKind, FilesOf, Folder, HostId, Opened,
};
use crate::logs::Query;

const SIZES: [(u16, u16); 3] = [(40, 12), (80, 24), (160, 50)];

const HOSTILE: &str = "a\u{1b}[31m\nb\u{202e}\u{9b}c";

fn entry(name: &str, kind: FileKind, size: u64, mode: u32) -> FileEntry {
    FileEntry {
        name: name.to_owned(),
        exact: true,
        kind,
        size: ByteSize(size),
        mode,
        uid: 101,
        gid: 0,
        modified: Some(ago(i64::try_from(size % 900_000).unwrap())),
    }
}

fn entries() -> Vec<FileEntry> {
    let link = |to: &str| FileKind::Link(to.to_owned());
    let mut entries = vec![
        entry("conf.d", FileKind::Folder, 0, 0o755),
        entry("nginx.conf", FileKind::File, 2_413, 0o644),
        entry("mime.types", FileKind::File, 5_349, 0o644),
        entry(
            "fullchain.pem",
            link("../letsencrypt/live/example.org/fullchain.pem"),
            0,
            0o777,
        ),
        entry(
            "a name that is much longer than most screens have room for it.conf",
            FileKind::File,
            12,
            0o600,
        ),
        entry("dump.sql", FileKind::File, 4_400_000_000, 0o640),
        entry("control", FileKind::Socket, 0, 0o660),
        entry("tmp", FileKind::Folder, 0, 0o1777),
    ];
    entries.extend((0..30).map(|n| entry(&format!("site-{n:02}"), FileKind::File, n * 700, 0o644)));
    entries
}

fn browser(of: FilesOf, title: &str) -> Browser {
    let target = service_id(Some("wezm"), "nginx").into();
    Browser::new(HostId::from("home"), of, target, title.to_owned(), ago(0))
}

fn answer(browser: &mut Browser, opened: Opened) {
    let Some(FilesEffect::Open { question, .. }) = browser.open("/".to_owned(), true) else {
        panic!("nothing is asked");
    };
    browser.answer(question, Ok(opened), ago(0));
}

fn shown(path: &str, folder: Folder) -> Model {
    let mut model = full();
    let of = FilesOf::Container("c".into());
    let mut browser = browser(of, "wezm/nginx");
    answer(
        &mut browser,
        Opened::Folder {
            path: path.to_owned(),
            folder,
            below: BTreeMap::new(),
        },
    );
    model.browser = Some(browser);
    model
}

fn folder() -> Folder {
    Folder {
        entries: entries(),
        ..Folder::default()
    }
}

fn file(content: &[u8], size: u64) -> Model {
    let mut model = shown("/etc/nginx", folder());
    let browser = model.browser.as_mut().unwrap();
    answer(
        browser,
        Opened::File {
            path: "/etc/nginx/nginx.conf".to_owned(),
            content: content.to_vec(),
            size: ByteSize(size),
        },
    );
    model
}

#[test]
fn a_folder_says_what_is_in_it() {
    let mut model = shown("/etc/nginx", folder());
    model.browser.as_mut().unwrap().step(2);
    for size in SIZES {
        keep("files", &model, size);
    }
    let browser = model.browser.as_mut().unwrap();
    browser.narrow("site 1");
    browser.sort(crate::domain::FileOrder::Size);
    keep("files_filtered", &model, (80, 24));
    let mut deep = shown(
        "/var/lib/postgresql/data/base/16384/pg_internal/of/a/long/path",
        folder(),
    );
    let browser = deep.browser.as_mut().unwrap();
    browser.more = 949_962;
    browser.unfinished = Some("after 4.0G of what is below it".to_owned());
    browser.open("/var/lib/more".to_owned(), true);
    browser.opening.as_mut().unwrap().passed = ByteSize(120 << 20);
    for size in SIZES {
        keep("files_of_many", &deep, size);
    }
}

#[test]
fn while_nothing_is_known_it_says_why() {
    let mut model = full();
    let mut waiting = browser(FilesOf::Volume("wezm_data".to_owned()), "volume wezm_data");
    waiting.open("/".to_owned(), false);
    waiting.opening.as_mut().unwrap().passed = ByteSize(120 << 20);
    model.browser = Some(waiting);
    keep("files_waiting", &model, (80, 24));
    let browser = model.browser.as_mut().unwrap();
    let failure = Failure::new("open /nowhere", "there is no such file or folder");
    let question = browser.opening.as_ref().unwrap().question;
    browser.answer(question, Err(failure), ago(0));
    keep("files_failed", &model, (80, 24));
    let empty = shown("/srv", Folder::default());
    keep("files_empty", &empty, (80, 24));
}

#[test]
fn a_file_is_shown_as_text_or_as_bytes() {
    let text =
        "user  nginx;\nworker_processes  auto;\n\nevents {\n    worker_connections  1024;\n}\n"
            .repeat(9);
    let mut model = file(text.as_bytes(), text.len() as u64);
    let page = model.browser.as_mut().unwrap().page.as_mut().unwrap();
    page.query = Query::new("worker");
    page.find(true, 10);
    for size in SIZES {
        keep("file_text", &model, size);
    }
    let bytes: Vec<u8> = (0..=255_u8).cycle().take(1 << 12).collect();
    let model = file(&bytes, 1 << 30);
    for size in SIZES {
        keep("file_bytes", &model, size);
    }
}

fn question(action: ActionName, path: &str, exists: bool) -> Overlay {
    Overlay::CopyFile(CopyFileView {
        action,
        host: HostId::from("home"),
        place: browser(FilesOf::Container("c".into()), "").place(path.to_owned()),
        target: service_id(Some("wezm"), "nginx").into(),
        input: "./nginx.conf".into(),
        exists,
    })
}

#[test]
fn copying_asks_first() {
    for (name, action, exists) in [
        ("copy_out", ActionName::CopyOut, false),
        ("copy_out_over", ActionName::CopyOut, true),
        ("copy_in", ActionName::CopyIn, false),
    ] {
        let mut model = shown("/etc/nginx", folder());
        model.overlay = Some(question(action, "/etc/nginx/nginx.conf", exists));
        for size in [(40, 12), (80, 24)] {
            keep(name, &model, size);
        }
    }
}

#[test]
fn nothing_of_a_name_or_a_file_reaches_the_terminal() {
    let check = |model: &Model| {
        for (columns, rows) in [(24, 6), (40, 12), (80, 24), (160, 50)] {
            let (buffer, _) = frame(model, columns, rows);
            for cell in &buffer.content {
                let bad = cell.symbol().chars().find(|c| is_unsafe(*c));
                assert_eq!(bad, None, "{:?}", cell.symbol());
            }
        }
    };
    let mut hostile = folder();
    hostile
        .entries
        .push(entry(HOSTILE, FileKind::File, 1, 0o644));
    let link = FileKind::Link(HOSTILE.to_owned());
    hostile.entries.insert(0, entry(HOSTILE, link, 0, 0o777));
    let mut model = shown(&format!("/{HOSTILE}"), hostile);
    let browser = model.browser.as_mut().unwrap();
    browser.title = HOSTILE.to_owned();
    browser.narrow("a");
    check(&model);
    let browser = model.browser.as_mut().unwrap();
    browser.open(format!("/{HOSTILE}"), true);
    browser.unfinished = Some(HOSTILE.to_owned());
    check(&model);
    for action in [ActionName::CopyOut, ActionName::CopyIn] {
        model.overlay = Some(question(action, HOSTILE, false));
        check(&model);
    }
    check(&file(HOSTILE.as_bytes(), 20));
    check(&file(&[0x1b, 0x5b, 0x33, 0x31, 0x6d, 0, 0x9b], 7));
}
