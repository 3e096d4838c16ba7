//! The user's time zone, without a walk through all there are.

use jiff::tz::TimeZone;

/// The zone of `TZ`, else of `/etc/localtime`. jiff's own look-up reads the whole of `/usr/share/zoneinfo` to learn the
/// zone's name, which nothing here shows, and the first frame waits for it.
pub fn system() -> TimeZone {
    let named = std::env::var_os("TZ").is_some_and(|value| !value.is_empty());
    if named {
        return TimeZone::system();
    }
    std::fs::read("/etc/localtime")
        .ok()
        .and_then(|data| TimeZone::tzif("local", &data).ok())
        .unwrap_or(TimeZone::UTC)
}
