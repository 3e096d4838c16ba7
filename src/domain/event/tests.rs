use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

fn attributes(all: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    all.iter().map(owned).collect()
}

fn event(seconds: i64, kind: &str, action: &str, more: &[(&str, &str)]) -> Event {
    Event::of_engine(at(seconds), kind, action, "c1", attributes(more)).unwrap()
}

fn said(kind: &str, action: &str, more: &[(&str, &str)]) -> String {
    event(0, kind, action, more).phrase().into_owned()
}

#[test]
fn what_happened_is_said_in_words() {
    for (action, more, phrase) in [
        ("start", &[][..], "was started"),
        ("die", &[("exitCode", "0")], "ended well"),
        ("die", &[("exitCode", "3")], "died with exit code 3"),
        (
            "die",
            &[("exitCode", "139"), ("execDuration", "75")],
            "died with exit code 139 (SIGSEGV), after 1m",
        ),
        (
            "died",
            &[("containerExitCode", "7")],
            "died with exit code 7",
        ),
        ("kill", &[("signal", "15")], "was sent SIGTERM"),
        ("kill", &[("signal", "64")], "was sent signal 64"),
        ("oom", &[], "ran out of memory"),
        ("health_status: healthy", &[], "is healthy"),
        (
            "health_status",
            &[("health_status", "unhealthy")],
            "is unhealthy: its health check fails",
        ),
        (
            "rename",
            &[("oldName", "/web-1")],
            "was called web-1 before",
        ),
        ("remove", &[], "was removed"),
        ("later_word", &[], "later word"),
    ] {
        assert_eq!(said("container", action, more), phrase, "{action}");
    }
    assert_eq!(said("image", "pull", &[]), "was pulled");
    assert_eq!(said("image", "remove", &[]), "was removed");
    assert_eq!(said("volume", "create", &[]), "was made");
    assert_eq!(
        said("builder", "prune", &[("reclaimed", "3221225472")]),
        "the build cache: pruned, 3.0G freed"
    );
    assert_eq!(
        said("image", "prune", &[("reclaimed", "0")]),
        "unused images: pruned"
    );
    assert_eq!(said("pod", "start", &[]), "start");
}

#[test]
fn noise_is_none() {
    let of = |kind, action, more: &[(&str, &str)]| {
        Event::of_engine(at(0), kind, action, "c1", attributes(more))
    };
    for action in [
        "exec_create: sh -c true",
        "exec_die",
        "top",
        "attach",
        "init",
        "",
    ] {
        assert_eq!(of("container", action, &[]), None, "{action}");
    }
    assert_eq!(of("network", "connect", &[]), None);
    assert_eq!(of("volume", "mount", &[]), None);
    assert_eq!(
        of("container", "create", &[(READS_VOLUME, "data")]),
        None,
        "ours"
    );
}

#[test]
fn whom_it_is_about_is_the_service() {
    let compose = [
        ("name", "wezm-web-1"),
        ("com.docker.compose.project", "wezm"),
        ("com.docker.compose.service", "web"),
        ("com.docker.compose.container-number", "1"),
    ];
    let web = event(0, "container", "start", &compose);
    assert_eq!(web.who(), "wezm/web");
    let id = web.service_id(&HostId::from("home")).unwrap();
    assert_eq!(id.to_string(), "wezm/web");
    assert_eq!(web.attributes, [], "labels of Compose are no attributes");
    let mut once = compose.to_vec();
    once.push(("com.docker.compose.oneoff", "True"));
    let once = event(0, "container", "start", &once);
    assert_eq!(
        once.who(),
        "wezm-web-1",
        "`compose run` is no instance of its service"
    );
    assert_eq!(
        event(0, "image", "pull", &[("name", "nginx:1")]).who(),
        "nginx:1"
    );
    assert_eq!(
        event(0, "image", "pull", &[]).service_id(&HostId::from("home")),
        None
    );
}

#[test]
fn what_an_engine_tells_is_bounded_and_what_matters_is_kept() {
    let mut many: Vec<(String, String)> = (0..5_000)
        .map(|n| (format!("label{n:04}"), "x".repeat(10_000)))
        .collect();
    many.push(("signal".to_owned(), "9".to_owned()));
    many.push(("é".repeat(500), "é".repeat(500)));
    let long = "a".repeat(1 << 20);
    let event = Event::of_engine(at(0), "container", "kill", &long, many).unwrap();
    assert_eq!(event.attributes.len(), MOST);
    assert_eq!(event.signal(), Some(9));
    let size: usize = event
        .attributes
        .iter()
        .map(|(a, b)| a.len() + b.len())
        .sum();
    assert!(size < MOST * (LONGEST + LONGEST_NAME + 6), "{size}");
    assert!(event.id.len() < 300 && event.name.len() < 300);
}

#[test]
fn a_death_that_was_asked_for_is_no_problem() {
    let kill = |seconds, signal| event(seconds, "container", "kill", &[("signal", signal)]);
    let die = |seconds, code| event(seconds, "container", "die", &[("exitCode", code)]);
    let start = |seconds| event(seconds, "container", "start", &[]);
    let problems = |events: &[Event]| {
        let mut found: Vec<usize> = unasked(events.iter().map(|event| ((), event)))
            .into_iter()
            .collect();
        found.sort_unstable();
        found
    };
    assert_eq!(problems(&[start(0), kill(5, "15"), die(15, "143")]), [0; 0]);
    assert_eq!(problems(&[start(0), die(15, "143")]), [1]);
    assert_eq!(
        problems(&[kill(0, "15"), die(400, "1")]),
        [1],
        "too long after"
    );
    assert_eq!(problems(&[kill(0, "15"), start(1), die(2, "1")]), [2]);
    assert_eq!(
        problems(&[kill(0, "1"), die(1, "1")]),
        [1],
        "a HUP ends nothing on purpose"
    );
    assert_eq!(problems(&[die(1, "0")]), [0; 0]);
    assert_eq!(
        problems(&[
            event(0, "container", "oom", &[]),
            event(1, "container", "health_status: unhealthy", &[]),
            event(2, "container", "health_status: healthy", &[]),
        ]),
        [0, 1]
    );
}

#[test]
fn a_crash_loop_is_one_line_each_for_its_starts_and_deaths() {
    let mut events = vec![event(-100, "image", "pull", &[("name", "a")])];
    for n in 0..14 {
        events.push(event(n * 10, "container", "start", &[]));
        events.push(event(n * 10 + 1, "container", "die", &[("exitCode", "3")]));
    }
    // Long after it is another matter.
    events.push(event(2_000, "container", "die", &[("exitCode", "3")]));
    let told = bursts(events.iter().map(|event| ("home", event)));
    let times: Vec<usize> = told.iter().map(Burst::times).collect();
    assert_eq!(times, [1, 14, 14, 1]);
    assert_eq!(told[1].events.last(), Some(&27), "where its last event is");
    assert!(!told[1].is_problem && told[2].is_problem);
    // Two of a sort are told one by one; of two hosts they are not put together.
    let few = bursts(
        events[1..9]
            .iter()
            .enumerate()
            .map(|(n, event)| (n % 2, event)),
    );
    assert!(few.iter().all(|burst| burst.times() <= 4));
    let two = bursts(events[1..5].iter().map(|event| ("home", event)));
    assert_eq!(two.len(), 4);
}

#[test]
fn words_of_kinds_lead_back() {
    for kind in EventKind::ALL {
        assert_eq!(EventKind::of_word(kind.word()), kind);
    }
    assert_eq!(EventKind::of_word("of a later version"), EventKind::Other);
}
