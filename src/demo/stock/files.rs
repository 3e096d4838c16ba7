//! The files of the host, of images and of volumes.

use jiff::Timestamp;

use super::ago;
use crate::demo::programs::Kind;
use crate::demo::world::World;
use crate::demo::world::tree::{Content, Kind as NodeKind, Node, Tree};

const MB: u64 = 1 << 20;

/// What every image has in `/bin`.
const PROGRAMS: [&str; 18] = [
    "ash", "cat", "chmod", "cp", "date", "echo", "grep", "head", "ln", "ls", "mkdir", "mv", "ps",
    "pwd", "rm", "sh", "sleep", "true",
];

/// Combines what lego got, as hitch's users write it.
const COMBINE: &str = "#!/bin/sh
# lego's hook: key, leaf and chain in one file, put in place whole.
cat \"$LEGO_CERT_KEY_PATH\" \"$LEGO_CERT_PATH\" > /combined/.new
mv /combined/.new /combined/$LEGO_CERT_DOMAIN.pem
";

const HITCH: &str = "frontend = \"[*]:443\"\nbackend = \"[varnish]:8443\"\npem-dir = \"/etc/hitch/cert.d\"\nworkers = 2\n";

/// A script's place, a program's: what runs of it is said elsewhere.
fn program(tree: &mut Tree, path: &str, at: Timestamp) {
    let mut node = Node::new(NodeKind::File(Content::Filler(1_131_168)), at);
    node.mode = 0o755;
    tree.put(path, node);
}

/// What the host has, as far as anybody mounts it.
pub(super) fn of_host(world: &mut World) {
    let at = world.now;
    let files = &mut world.host.files;
    files.file("/etc/hostname", Content::text("demo\n"), at);
    files.file(
        "/etc/os-release",
        Content::text("PRETTY_NAME=\"Debian GNU/Linux 13 (trixie)\"\n"),
        at,
    );
    files.file("/etc/localtime", Content::Filler(118), at);
}

/// What an image has.
pub(super) fn of_image(kind: Kind, at: Timestamp) -> Tree {
    let mut tree = Tree::default();
    for folder in [
        "/bin", "/dev", "/etc", "/home", "/proc", "/root", "/sys", "/tmp", "/usr", "/var",
    ] {
        tree.folder(folder, at);
    }
    program(&mut tree, "/bin/busybox", at);
    for name in PROGRAMS {
        let link = Node::new(NodeKind::Link("/bin/busybox".to_owned()), at);
        tree.put(&format!("/bin/{name}"), link);
    }
    tree.file(
        "/etc/passwd",
        Content::text(
            "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n",
        ),
        at,
    );
    tree.file(
        "/etc/os-release",
        Content::text("NAME=\"Alpine Linux\"\nVERSION_ID=3.22.1\n"),
        at,
    );
    match kind {
        Kind::Hitch => {
            program(&mut tree, "/usr/sbin/hitch", at);
            tree.file("/etc/hitch/hitch.conf", Content::text(HITCH), at);
        }
        Kind::Varnish => tree.file(
            "/etc/varnish/default.vcl",
            Content::text("vcl 4.1;\nbackend default { .host = \"blog\"; }\n"),
            at,
        ),
        Kind::Nginx => {
            program(&mut tree, "/usr/sbin/nginx", at);
            tree.file(
                "/etc/nginx/nginx.conf",
                Content::text("worker_processes auto;\nevents { worker_connections 512; }\n"),
                at,
            );
            tree.file(
                "/usr/share/nginx/html/index.html",
                Content::text("<!doctype html><title>A blog</title>\n"),
                at,
            );
            tree.file(
                "/usr/share/nginx/html/feed.xml",
                Content::Filler(61_233),
                at,
            );
        }
        Kind::Wiki => {
            program(&mut tree, "/usr/local/bin/node", at);
            tree.file(
                "/srv/wiki.js",
                Content::text(
                    super::FILES
                        .iter()
                        .find(|(path, _)| path.ends_with("wiki.js"))
                        .map_or("", |(_, text)| *text),
                ),
                at,
            );
        }
        Kind::Lego => {
            program(&mut tree, "/usr/bin/lego", at);
            tree.file("/hooks/combine", Content::text(COMBINE), at);
            tree.file(
                "/etc/crontabs/root",
                Content::text("17 3 * * * lego renew\n"),
                at,
            );
        }
        Kind::Postgres => program(&mut tree, "/usr/local/bin/postgres", at),
        _ => {}
    }
    tree
}

/// What is in the volumes by now.
pub(super) fn of_volumes(world: &mut World, now: Timestamp) {
    let grows = |base: u64, per_hour: u64| Content::Growing {
        base,
        per_hour,
        since: ago(now, 0),
    };
    let week = ago(now, 24 * 7);
    let files: [(&str, &str, Content); 17] = [
        ("data_database", "/PG_VERSION", Content::text("16\n")),
        ("data_database", "/postgresql.conf", Content::Filler(29_691)),
        (
            "data_database",
            "/base/16384/2619",
            Content::Filler(18 * MB),
        ),
        ("data_database", "/base/16384/16402", grows(61 * MB, 3 * MB)),
        (
            "data_database",
            "/pg_wal/0000000100000000000000A7",
            Content::Filler(16 * MB),
        ),
        ("data_repository", "/config", Content::Filler(155)),
        (
            "data_repository",
            "/data/8d/8d41c7aa",
            Content::Filler(88 * MB),
        ),
        (
            "data_repository",
            "/data/3c/3c1f9a02",
            Content::Filler(41 * MB),
        ),
        (
            "cloud_files",
            "/Documents/taxes-2025.pdf",
            Content::Filler(2 * MB),
        ),
        (
            "cloud_files",
            "/Notes/ideas.md",
            Content::text("# Ideas\n\n- fewer servers\n"),
        ),
        (
            "cloud_files",
            "/Music/live-at-home.flac",
            Content::Filler(34 * MB),
        ),
        (
            "cloud_files",
            "/.stversions/ideas~20261101.md",
            Content::Filler(812),
        ),
        (
            "cloud_originals",
            "/2024/IMG_0412.jpg",
            Content::Filler(6 * MB),
        ),
        (
            "cloud_originals",
            "/2025/VID_0031.mp4",
            Content::Filler(143 * MB),
        ),
        (
            "cloud_originals",
            "/2026/inbox.tar",
            grows(96 * MB, 11 * MB),
        ),
        ("web_uploads", "/garden-plan.png", Content::Filler(812_331)),
        ("web_uploads", "/network.svg", Content::Filler(41_022)),
    ];
    for (volume, path, content) in files {
        if let Some(volume) = world.volumes.get_mut(volume) {
            volume.tree.file(path, content, week);
        }
    }
    // What a project that is gone left behind.
    let before = world.now;
    world.now = ago(now, 24 * 58);
    let labels = [("com.docker.compose.project".to_owned(), "forum".to_owned())].into();
    let forum = world.volume("forum_mysql", labels);
    let at = forum.created;
    forum.tree.file("/ibdata1", Content::Filler(79 * MB), at);
    forum
        .tree
        .file("/forum/posts.ibd", Content::Filler(22 * MB), at);
    world.now = before;
}
