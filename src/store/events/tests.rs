use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

fn event(seconds: i64, verb: &str, code: &str) -> Event {
    let attributes = [
        ("exitCode", code),
        ("name", "web-1"),
        ("com.docker.compose.project", "wezm"),
        ("com.docker.compose.service", "web"),
        ("com.docker.compose.container-number", "1"),
    ];
    let attributes = attributes.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Event::of_engine(at(seconds), "container", verb, "c1", attributes).unwrap()
}

fn store() -> (Store, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = Store::open(&folder.path().join("records.db")).unwrap();
    (store, folder)
}

fn all(most: usize) -> EventPage {
    EventPage {
        since: None,
        before: None,
        most,
    }
}

fn put(store: &Store, engine: &str, host: &str, events: &[Event]) -> usize {
    let host = HostId::from(host);
    let now = events.last().map_or(at(0), |event| event.at);
    store.put_events(engine, &host, events, now).unwrap().len()
}

fn times(store: &Store, of: EventsOf<'_>, page: EventPage) -> Vec<i64> {
    let found = store.events(of, page).unwrap();
    let seconds = |one: &RecordedEvent| one.event.at.as_second() - 1_800_000_000;
    found.iter().map(seconds).collect()
}

#[test]
fn what_is_told_twice_is_written_once_and_read_back_whole() {
    let (store, _folder) = store();
    let events = [event(1, "start", ""), event(2, "die", "3")];
    assert_eq!(put(&store, "e1", "home", &events), 2);
    assert_eq!(
        put(&store, "e1", "home", &events),
        0,
        "another dashboard saw it, too"
    );
    assert_eq!(
        put(&store, "e1", "else", &events[1..]),
        0,
        "by another name"
    );
    assert_eq!(put(&store, "e2", "nas", &events[1..]), 1);
    let read = store.events(EventsOf::Engine("e1"), all(9)).unwrap();
    let read: Vec<Event> = read.into_iter().map(|one| one.event).collect();
    assert_eq!(read, events);
    assert_eq!(times(&store, EventsOf::Host("nas"), all(9)), [2]);
    assert_eq!(times(&store, EventsOf::All, all(9)), [1, 2, 2]);
}

#[test]
fn the_newest_in_between_are_read_oldest_first() {
    let (store, _folder) = store();
    let events: Vec<Event> = (0..100).map(|n| event(n, "die", "1")).collect();
    put(&store, "e1", "home", &events);
    let page = EventPage {
        since: Some(at(10)),
        before: Some(at(50)),
        most: 3,
    };
    assert_eq!(times(&store, EventsOf::Engine("e1"), page), [47, 48, 49]);
    assert_eq!(store.last_event("e1", at(200)).unwrap(), Some(at(99)));
    assert_eq!(store.last_event("e2", at(200)).unwrap(), None);
}

#[test]
fn what_lies_ahead_hides_nothing() {
    let (store, _folder) = store();
    // The engine's clock was wrong for a moment.
    let ahead = [event(5, "die", "1"), event(9_000_000, "die", "1")];
    store
        .put_events("e1", &HostId::from("home"), &ahead, at(6))
        .unwrap();
    assert_eq!(store.last_event("e1", at(6)).unwrap(), Some(at(5)));
}

#[test]
fn what_is_long_past_or_too_much_is_forgotten() {
    let (store, _folder) = store();
    let day = 86_400;
    put(&store, "e1", "home", &[event(0, "die", "1")]);
    put(&store, "e1", "home", &[event(15 * day, "die", "1")]);
    assert_eq!(times(&store, EventsOf::All, all(9)), [15 * day]);
    let old = event(0, "die", "1");
    let now = at(15 * day);
    let host = HostId::from("home");
    assert_eq!(store.put_events("e1", &host, &[old], now).unwrap(), []);
    let many: Vec<Event> = (0..MOST + 500)
        .map(|n| event(15 * day + n, "die", "1"))
        .collect();
    put(&store, "e1", "home", &many);
    let kept = times(&store, EventsOf::All, all(usize::MAX));
    assert_eq!(i64::try_from(kept.len()).unwrap(), MOST);
    assert_eq!(kept[0], 15 * day + 500, "the newest are kept");
}

#[test]
fn two_that_write_at_once_write_each_event_once() {
    let (store, folder) = store();
    drop(store);
    let path = folder.path().join("records.db");
    let added: usize = std::thread::scope(|scope| {
        let one = || {
            let (store, _) = Store::open(&path).unwrap();
            let one_by_one = (0..100).map(|n| put(&store, "e1", "home", &[event(n, "die", "1")]));
            one_by_one.sum::<usize>()
        };
        let both = [scope.spawn(one), scope.spawn(one)];
        both.into_iter().map(|one| one.join().unwrap()).sum()
    });
    assert_eq!(added, 100);
}
