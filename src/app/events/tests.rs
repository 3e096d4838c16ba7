use jiff::Timestamp;

use super::*;

fn event(seconds: i64, id: &str) -> Event {
    let at = Timestamp::from_second(1_800_000_000 + seconds).unwrap();
    Event::of_engine(at, "container", "start", id, []).unwrap()
}

fn ids(log: &EventLog) -> Vec<&str> {
    log.iter().map(|one| &*one.event.id).collect()
}

#[test]
fn what_comes_late_takes_its_place_and_what_is_known_stays() {
    let home = HostId::from("home");
    let mut log = EventLog::default();
    assert_eq!(log.insert(&home, [event(5, "c"), event(9, "e")]), 2);
    let numbers: Vec<u64> = log.iter().map(|one| one.number).collect();
    // What was recorded, with what was seen already among it.
    let recalled = [event(1, "a"), event(5, "b"), event(5, "c"), event(7, "d")];
    assert_eq!(log.insert(&home, recalled), 3);
    assert_eq!(ids(&log), ["a", "b", "c", "d", "e"]);
    let c = log.iter().find(|one| &*one.event.id == "c").unwrap();
    assert_eq!(c.number, numbers[0], "the cursor may be on it");
    // Of another host the same is another.
    assert_eq!(log.insert(&HostId::from("nas"), [event(5, "c")]), 1);
}

#[test]
fn no_more_are_kept_than_can_be_looked_at() {
    let home = HostId::from("home");
    let mut log = EventLog::default();
    for round in 0..3 {
        log.insert(&home, (0..10_000).map(|n| event(round * 10_000 + n, "a")));
    }
    assert_eq!(log.len(), 20_000);
    let first = log.iter().next().unwrap();
    assert_eq!(first.event, event(10_000, "a"), "the newest stay");
}
