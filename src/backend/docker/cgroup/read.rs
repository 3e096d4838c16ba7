//! Reads the files of a container's control groups.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use jiff::Timestamp;

use super::place::Place;
use crate::domain::{ByteSize, Counters};

/// Kernel files are made at the moment of reading, so one `read` gets one consistent text.
pub(super) struct Buffer(Vec<u8>);

impl Buffer {
    pub(super) fn new() -> Self {
        Self(vec![0; 16 * 1024])
    }

    /// open, read, close: no `stat`, no second read for the end.
    fn read(&mut self, path: &Path) -> io::Result<&str> {
        let count = File::open(path)?.read(&mut self.0)?;
        std::str::from_utf8(&self.0[..count])
            .map_err(|err| io::Error::new(io::ErrorKind::InvalidData, err))
    }

    fn number(&mut self, path: &Path) -> io::Result<u64> {
        let text = self.read(path)?.trim();
        text.parse()
            .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "not a number"))
    }
}

/// One reading of a container. Each file is opened, read and closed: what only `charts` show is left out where there are
/// none.
pub(super) fn counters(
    place: &Place,
    buffer: &mut Buffer,
    now: Timestamp,
    charts: bool,
) -> io::Result<Counters> {
    let (cpu_nanos, used, inactive, limit, disk, pids) = match place {
        Place::Separate {
            cpuacct,
            memory,
            blkio,
            pids,
        } => {
            let cpu_nanos = buffer.number(&cpuacct.join("cpuacct.usage"))?;
            let used = buffer.number(&memory.join("memory.usage_in_bytes"))?;
            let stat = buffer.read(&memory.join("memory.stat"))?;
            let inactive = value(stat, "total_inactive_file").unwrap_or(0);
            let limit = value(stat, "hierarchical_memory_limit");
            let disk = blkio
                .as_ref()
                .filter(|_| charts)
                .and_then(|folder| throttled(folder, buffer));
            let pids = pids
                .as_ref()
                .filter(|_| charts)
                .and_then(|folder| buffer.number(&folder.join("pids.current")).ok());
            (cpu_nanos, used, inactive, limit, disk, pids)
        }
        Place::Unified(folder) => {
            let stat = buffer.read(&folder.join("cpu.stat"))?;
            let micros = value(stat, "usage_usec").ok_or(io::ErrorKind::InvalidData)?;
            let used = buffer.number(&folder.join("memory.current"))?;
            let stat = buffer.read(&folder.join("memory.stat"))?;
            let inactive = value(stat, "inactive_file").unwrap_or(0);
            // "max" is no number and no limit.
            let limit = buffer.number(&folder.join("memory.max")).ok();
            let (disk, pids) = if charts {
                let disk = buffer.read(&folder.join("io.stat")).ok().map(io_stat);
                (disk, buffer.number(&folder.join("pids.current")).ok())
            } else {
                (None, None)
            };
            let cpu_nanos = micros.saturating_mul(1000);
            (cpu_nanos, used, inactive, limit, disk, pids)
        }
    };
    Ok(Counters {
        at: now,
        cpu_nanos,
        memory: without_cache(used, inactive),
        memory_limit: limit.and_then(real_limit),
        received: None,
        sent: None,
        disk_read: disk.map(|(read, _)| read),
        disk_written: disk.map(|(_, written)| written),
        pids,
    })
}

/// What `docker stats` shows: the page cache that can be dropped at once is not counted.
fn without_cache(used: u64, inactive: u64) -> ByteSize {
    ByteSize(used.checked_sub(inactive).unwrap_or(used))
}

/// Version 1 says a number near 2^63 for "none".
fn real_limit(bytes: u64) -> Option<ByteSize> {
    (bytes < 1 << 60).then_some(ByteSize(bytes))
}

/// The value of a line `key value`.
fn value(text: &str, key: &str) -> Option<u64> {
    text.lines().find_map(|line| {
        line.strip_prefix(key)?
            .strip_prefix(' ')?
            .trim()
            .parse()
            .ok()
    })
}

/// Bytes read and written over all devices: `8:0 Read 4096`.
fn throttled(folder: &Path, buffer: &mut Buffer) -> Option<(u64, u64)> {
    let recursive = folder.join("blkio.throttle.io_service_bytes_recursive");
    let text = match buffer.read(&recursive) {
        Ok(text) => text.to_owned(),
        // Before Linux 4.17.
        Err(_) => buffer
            .read(&folder.join("blkio.throttle.io_service_bytes"))
            .ok()?
            .to_owned(),
    };
    let sum = |word: &str| {
        text.lines()
            .filter_map(|line| {
                let mut fields = line.split_whitespace().skip(1);
                let is_it = fields.next()? == word;
                fields.next()?.parse::<u64>().ok().filter(|_| is_it)
            })
            .sum::<u64>()
    };
    Some((sum("Read"), sum("Write")))
}

/// The same of version 2: `8:0 rbytes=4096 wbytes=0 rios=1 …`.
fn io_stat(text: &str) -> (u64, u64) {
    let sum = |key: &str| {
        text.split_whitespace()
            .filter_map(|field| field.strip_prefix(key)?.parse::<u64>().ok())
            .sum()
    };
    (sum("rbytes="), sum("wbytes="))
}

/// Bytes received and sent over all interfaces but `lo`: `eth0: 1 2 3 4 5 6 7 8 9 …`, of which the first and the
/// ninth.
pub(super) fn network(path: &Path, buffer: &mut Buffer) -> io::Result<(u64, u64)> {
    let text = buffer.read(path)?;
    let mut total = (0_u64, 0_u64);
    for line in text.lines() {
        let Some((name, numbers)) = line.split_once(':') else {
            continue;
        };
        if name.trim() == "lo" {
            continue;
        }
        let mut numbers = numbers.split_whitespace();
        let received = numbers.next().and_then(|text| text.parse::<u64>().ok());
        let sent = numbers.nth(7).and_then(|text| text.parse::<u64>().ok());
        total.0 += received.unwrap_or(0);
        total.1 += sent.unwrap_or(0);
    }
    Ok(total)
}
