//! What programs say: at their start, as time goes on, at their end. Each line is its stream and its text.

use jiff::{SignedDuration, Timestamp};

use super::Kind;
use crate::demo::seed::Seed;

/// A line: 1 is standard output, 2 standard error.
pub(crate) type Line = (u8, String);

const PATHS: [&str; 12] = [
    "/",
    "/feed.xml",
    "/2026/11/static-binaries/",
    "/2026/09/why-i-left-the-cloud/",
    "/css/site.css",
    "/img/header.webp",
    "/robots.txt",
    "/about/",
    "/tags/rust/",
    "/wp-login.php",
    "/.env",
    "/search?q=zfs",
];
const AGENTS: [&str; 5] = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15",
    "FreshRSS/1.27 (Linux; https://freshrss.org)",
    "NetNewsWire (RSS Reader; https://netnewswire.com/)",
    "Mozilla/5.0 (compatible; bingbot/2.0)",
];
const PAGES: [&str; 6] = [
    "Home",
    "Recipes",
    "Network",
    "Garden",
    "Reading list",
    "Backups",
];

/// How often a program says something, more or less; never, for one that is silent.
pub(crate) const fn every(kind: Kind) -> Option<SignedDuration> {
    let milliseconds = match kind {
        Kind::Nginx => 1_700,
        Kind::Varnish => 9_000,
        Kind::Hitch => 31_000,
        Kind::Wiki => 4_300,
        Kind::Feeds => 6_100,
        Kind::Photos => 7_700,
        Kind::Postgres => 23_000,
        Kind::Syncthing => 47_000,
        Kind::Rspamd => 3_100,
        Kind::Backup => 11_000,
        Kind::Lego => 3_600_000,
        Kind::Script | Kind::Idle => return None,
    };
    Some(SignedDuration::from_millis(milliseconds))
}

/// What is said at a start.
pub(crate) fn greeting(kind: Kind) -> Vec<Line> {
    let lines: &[(u8, &str)] = match kind {
        Kind::Hitch => &[
            (2, "{core} hitch 1.7.3 starting"),
            (2, "{core} Process 7 online"),
        ],
        Kind::Varnish => &[
            (1, "Debug: Version: varnish-7.6.1"),
            (1, "Debug: Child (9) Started"),
            (1, "Info: Child (9) said Child starts"),
        ],
        Kind::Nginx => &[
            (
                2,
                "/docker-entrypoint.sh: Configuration complete; ready for start up",
            ),
            (2, "[notice] 1#1: start worker processes"),
        ],
        Kind::Wiki => &[
            (
                1,
                r#"{"level":"info","msg":"connected to the database","host":"postgres"}"#,
            ),
            (1, r#"{"level":"info","msg":"listening","port":3000}"#),
        ],
        Kind::Feeds => &[(1, "level=info msg=\"starting\" version=2.2.3 workers=4")],
        Kind::Photos => &[
            (1, "=> Booting Puma"),
            (1, "* Listening on http://0.0.0.0:2342"),
        ],
        Kind::Postgres => &[
            (2, "LOG:  starting PostgreSQL 16.10 on x86_64-pc-linux-musl"),
            (2, "LOG:  listening on IPv4 address \"0.0.0.0\", port 5432"),
            (2, "LOG:  database system is ready to accept connections"),
        ],
        Kind::Backup => &[
            (1, "repository 3c1f9a02 opened (version 2)"),
            (1, "lock repository"),
        ],
        Kind::Syncthing => &[(1, "[start] INFO: syncthing v1.30.0 \"Gold Grasshopper\"")],
        Kind::Rspamd => &[
            (2, "rspamd 3.13.2 is loading configuration"),
            (2, "loaded 41234 tokens for BAYES_SPAM"),
        ],
        Kind::Lego => &[(2, "crond: crond (busybox 1.37.0) started, log level 8")],
        Kind::Script | Kind::Idle => &[],
    };
    owned(lines)
}

/// What is said at an end.
pub(crate) fn farewell(kind: Kind, code: i64) -> Vec<Line> {
    let lines: &[(u8, &str)] = match (kind, code) {
        (Kind::Backup, 0) => &[
            (1, "Files:         184 new,    31 changed, 48122 unmodified"),
            (1, "Added to the repository: 22.816 MiB (9.102 MiB stored)"),
            (1, "snapshot 8d41c7aa saved"),
        ],
        (Kind::Postgres, _) => &[
            (2, "LOG:  received smart shutdown request"),
            (2, "LOG:  database system is shut down"),
        ],
        (Kind::Nginx, _) => &[(
            2,
            "[notice] 1#1: signal 3 (SIGQUIT) received, shutting down",
        )],
        (Kind::Wiki, _) => &[(1, r#"{"level":"info","msg":"shutting down"}"#)],
        _ => &[],
    };
    owned(lines)
}

fn owned(lines: &[(u8, &str)]) -> Vec<Line> {
    let lines = lines.iter();
    lines
        .map(|(stream, text)| (*stream, (*text).to_owned()))
        .collect()
}

/// What is said at one of the beats of a program; nothing at some of them.
pub(crate) fn beat(kind: Kind, seed: Seed, name: &str, count: u64, at: Timestamp) -> Vec<Line> {
    let roll =
        |what: &str, below: u64| seed.roll(what, count.wrapping_add(label(name))) % below.max(1);
    let pick = |what: &str, among: &'static [&'static str]| {
        let found = seed.pick(what, count.wrapping_add(label(name)), among);
        found.copied().unwrap_or_default()
    };
    match kind {
        Kind::Nginx => access(roll, pick, at),
        Kind::Wiki => wiki(roll, pick, at),
        Kind::Feeds => feeds(roll, at),
        Kind::Photos => photos(roll),
        Kind::Postgres => postgres(roll, at),
        Kind::Varnish => vec![(
            1,
            format!(
                "Info: Child (9) CLI telnet 127.0.0.1 PONG {}",
                roll("pong", 9_999)
            ),
        )],
        Kind::Hitch => hitch(roll),
        Kind::Syncthing => syncthing(roll, pick),
        Kind::Rspamd => vec![(
            2,
            format!(
                "<{:06x}>; task; rspamd_task_write_log: id: <{:08x}@mail.example.org>, action: {}, time: {}ms",
                roll("task", 0xff_ffff),
                roll("mail", 0xffff_ffff),
                ["no action", "add header", "reject"][roll("verdict", 3) as usize % 3],
                100 + roll("ms", 900)
            ),
        )],
        Kind::Backup => vec![(
            1,
            format!(
                "[{}:{:02}] {}.{}% {} files",
                roll("m", 2),
                roll("s", 60),
                roll("p", 100),
                roll("q", 10),
                1_000 + roll("files", 47_000)
            ),
        )],
        Kind::Lego => vec![(
            2,
            "crond: USER root pid 31 cmd run-parts /etc/periodic/hourly".to_owned(),
        )],
        Kind::Script | Kind::Idle => Vec::new(),
    }
}

fn label(name: &str) -> u64 {
    Seed(0).roll(name, 0) >> 8
}

fn client(roll: impl Fn(&str, u64) -> u64) -> String {
    // The networks of RFC 5737 and RFC 3849, which are nobody's.
    match roll("client", 3) {
        0 => format!("192.0.2.{}", roll("low", 254) + 1),
        1 => format!("203.0.113.{}", roll("low", 254) + 1),
        _ => format!(
            "2001:db8:{:x}::{:x}",
            roll("low", 0xffff),
            roll("lower", 0xffff)
        ),
    }
}

fn access(
    roll: impl Fn(&str, u64) -> u64 + Copy,
    pick: impl Fn(&str, &'static [&'static str]) -> &'static str,
    at: Timestamp,
) -> Vec<Line> {
    let path = pick("path", &PATHS);
    let status = match path {
        "/wp-login.php" | "/.env" => 404,
        _ if roll("error", 190) == 0 => 502,
        "/feed.xml" if roll("cached", 2) == 0 => 304,
        _ => 200,
    };
    let size = if status == 304 {
        0
    } else {
        180 + roll("size", 48_000)
    };
    let time = at.strftime("%d/%b/%Y:%H:%M:%S +0000");
    let line = format!(
        "{} - - [{time}] \"GET {path} HTTP/2.0\" {status} {size} \"-\" \"{}\"",
        client(roll),
        pick("agent", &AGENTS)
    );
    let mut lines = vec![(1, line)];
    if status == 502 {
        let time = at.strftime("%Y/%m/%d %H:%M:%S");
        lines.push((2, format!("{time} [error] 29#29: *{} connect() failed (111: Connection refused) while connecting to upstream", roll("request", 90_000))));
    }
    lines
}

fn wiki(
    roll: impl Fn(&str, u64) -> u64 + Copy,
    pick: impl Fn(&str, &'static [&'static str]) -> &'static str,
    at: Timestamp,
) -> Vec<Line> {
    let time = at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ");
    let milliseconds = 4 + roll("ms", 90) + if roll("slow", 40) == 0 { 1_400 } else { 0 };
    let page = pick("page", &PAGES);
    let line = if milliseconds > 1_000 {
        format!(
            r#"{{"time":"{time}","level":"warn","msg":"slow query","page":"{page}","ms":{milliseconds}}}"#
        )
    } else if roll("edit", 25) == 0 {
        format!(
            r#"{{"time":"{time}","level":"info","msg":"page saved","page":"{page}","user":"wes","ms":{milliseconds}}}"#
        )
    } else {
        format!(
            r#"{{"time":"{time}","level":"info","msg":"request","method":"GET","page":"{page}","status":200,"ms":{milliseconds}}}"#
        )
    };
    vec![(1, line)]
}

fn feeds(roll: impl Fn(&str, u64) -> u64 + Copy, at: Timestamp) -> Vec<Line> {
    let time = at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ");
    let feed = 1 + roll("feed", 212);
    if roll("fails", 30) == 0 {
        return vec![(
            1,
            format!(
                "time={time} level=WARN msg=\"Unable to refresh feed\" feed_id={feed} error=\"fetcher: timeout after 20s\" retry_in=15m"
            ),
        )];
    }
    vec![(
        1,
        format!(
            "time={time} level=INFO msg=\"Feed refreshed\" feed_id={feed} new_entries={} duration={}ms",
            roll("new", 6),
            40 + roll("ms", 900)
        ),
    )]
}

fn photos(roll: impl Fn(&str, u64) -> u64 + Copy) -> Vec<Line> {
    let photo = 10_000 + roll("photo", 40_000);
    if roll("trace", 60) != 0 {
        return vec![(
            1,
            format!(
                "Completed 200 OK in {}ms (Views: {}ms | photo={photo})",
                20 + roll("ms", 300),
                2 + roll("view", 40)
            ),
        )];
    }
    let trace = [
        format!(
            "Magick::CorruptImageError (unexpected end of file `/photos/originals/{photo}.jpg'):"
        ),
        "  app/models/thumbnail.rb:41:in `read'".to_owned(),
        "  app/models/thumbnail.rb:41:in `make'".to_owned(),
        "  app/jobs/thumbnail_job.rb:12:in `perform'".to_owned(),
    ];
    trace.into_iter().map(|line| (2, line)).collect()
}

fn postgres(roll: impl Fn(&str, u64) -> u64 + Copy, at: Timestamp) -> Vec<Line> {
    let time = at.strftime("%Y-%m-%d %H:%M:%S%.3f UTC");
    let line = match roll("kind", 12) {
        0 => format!(
            "{time} [{}] LOG:  duration: {}.{:03} ms  statement: SELECT id, title FROM pages WHERE body ILIKE '%backup%'",
            60 + roll("pid", 900),
            1_000 + roll("ms", 900),
            roll("us", 1_000)
        ),
        1 => format!(
            "{time} [{}] ERROR:  duplicate key value violates unique constraint \"feed_entries_hash_key\"",
            60 + roll("pid", 900)
        ),
        number if number % 2 == 0 => format!("{time} [27] LOG:  checkpoint starting: time"),
        _ => format!(
            "{time} [27] LOG:  checkpoint complete: wrote {} buffers ({}.{}%); write={}.{:03} s",
            roll("buffers", 900),
            roll("p", 6),
            roll("q", 10),
            roll("w", 60),
            roll("us", 1_000)
        ),
    };
    vec![(2, line)]
}

fn hitch(roll: impl Fn(&str, u64) -> u64 + Copy) -> Vec<Line> {
    if roll("quiet", 3) != 0 {
        return Vec::new();
    }
    let client = client(roll);
    vec![(
        2,
        format!("{{client}} SSL handshake error from {client}: unsupported protocol"),
    )]
}

fn syncthing(
    roll: impl Fn(&str, u64) -> u64 + Copy,
    pick: impl Fn(&str, &'static [&'static str]) -> &'static str,
) -> Vec<Line> {
    let folder = pick("folder", &["Documents", "Pictures", "Music", "Notes"]);
    vec![(
        1,
        format!(
            "[HUWKK] INFO: Completed scan of folder \"{folder}\": {} changed",
            roll("changed", 9)
        ),
    )]
}
