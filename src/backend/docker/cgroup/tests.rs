//! Both layouts as files in a temporary folder.

use std::fs;
use std::path::Path;

use jiff::Timestamp;

use super::*;
use crate::domain::ByteSize;

const ID: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

struct Machine(tempfile::TempDir);

impl Machine {
    fn new(mountinfo: &str, membership: &str) -> Self {
        let machine = Self(tempfile::tempdir().unwrap());
        machine.write("proc/self/mountinfo", mountinfo);
        machine.write("proc/42/cgroup", membership);
        machine
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn cgroups(&self) -> Cgroups {
        Cgroups::new(self.0.path())
    }
}

fn watched(charts: bool) -> Watched {
    Watched {
        id: ContainerId::from(ID),
        pid: Some(42),
        charts,
    }
}

fn one() -> Machine {
    let mountinfo = "\
30 23 0:26 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n\
31 30 0:27 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:9 - cgroup cgroup rw,cpu,cpuacct\n\
32 30 0:28 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n\
33 30 0:29 / /sys/fs/cgroup/blkio rw - cgroup cgroup rw,blkio\n\
34 30 0:30 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n\
35 30 0:31 / /sys/fs/cgroup/unified rw - cgroup2 cgroup rw\n";
    let membership = format!(
        "9:pids:/docker/{ID}\n8:blkio:/docker/{ID}\n7:memory:/docker/{ID}\n\
         6:cpu,cpuacct:/docker/{ID}\n1:name=systemd:/docker/{ID}\n0::/\n"
    );
    let machine = Machine::new(mountinfo, &membership);
    let group = |controller: &str| format!("sys/fs/cgroup/{controller}/docker/{ID}");
    machine.write(
        &format!("{}/cpuacct.usage", group("cpu,cpuacct")),
        "123456789\n",
    );
    machine.write(
        &format!("{}/memory.usage_in_bytes", group("memory")),
        "5000\n",
    );
    machine.write(
        &format!("{}/memory.stat", group("memory")),
        "cache 10\ninactive_file 1\nhierarchical_memory_limit 9223372036854771712\ntotal_inactive_file 1500\n",
    );
    machine.write(
        &format!(
            "{}/blkio.throttle.io_service_bytes_recursive",
            group("blkio")
        ),
        "8:0 Read 4096\n8:0 Write 100\n8:0 Total 4196\n8:16 Read 4\n8:16 Write 0\nTotal 4200\n",
    );
    machine.write(&format!("{}/pids.current", group("pids")), "3\n");
    machine
}

#[test]
fn version_one_is_read() {
    let machine = one();
    let counters = machine
        .cgroups()
        .counters(&watched(true), Timestamp::now())
        .unwrap();
    assert_eq!(counters.cpu_nanos, 123_456_789);
    assert_eq!(counters.memory, ByteSize(3500));
    assert_eq!(counters.memory_limit, None);
    assert_eq!(
        (counters.disk_read, counters.disk_written),
        (Some(4100), Some(100))
    );
    assert_eq!(counters.pids, Some(3));
}

#[test]
fn what_only_charts_show_is_left_to_charts() {
    for machine in [one(), two(&format!("0::/system.slice/docker-{ID}.scope\n"))] {
        let counters = machine
            .cgroups()
            .counters(&watched(false), Timestamp::now())
            .unwrap();
        assert!(counters.cpu_nanos > 0 && counters.memory > ByteSize(0));
        let rest = (counters.received, counters.disk_read, counters.pids);
        assert_eq!(rest, (None, None, None));
    }
}

#[test]
fn version_one_does_without_disks_and_pids() {
    let machine = one();
    fs::remove_dir_all(machine.0.path().join("sys/fs/cgroup/blkio")).unwrap();
    fs::remove_dir_all(machine.0.path().join("sys/fs/cgroup/pids")).unwrap();
    let counters = machine
        .cgroups()
        .counters(&watched(true), Timestamp::now())
        .unwrap();
    assert_eq!((counters.disk_read, counters.pids), (None, None));
}

fn two(membership: &str) -> Machine {
    let mountinfo = "25 24 0:22 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n";
    let machine = Machine::new(mountinfo, membership);
    let group = format!("sys/fs/cgroup/system.slice/docker-{ID}.scope");
    machine.write(
        &format!("{group}/cpu.stat"),
        "usage_usec 1000\nuser_usec 700\nsystem_usec 300\n",
    );
    machine.write(&format!("{group}/memory.current"), "9000\n");
    machine.write(
        &format!("{group}/memory.stat"),
        "anon 1\nfile 2\ninactive_anon 7\ninactive_file 1000\n",
    );
    machine.write(&format!("{group}/memory.max"), "67108864\n");
    machine.write(
        &format!("{group}/io.stat"),
        "8:0 rbytes=1 wbytes=20 rios=1 wios=1 dbytes=9 dios=0\n8:16 rbytes=2 wbytes=30 rios=0 wios=0\n",
    );
    machine.write(&format!("{group}/pids.current"), "7\n");
    machine
}

#[test]
fn version_two_is_read() {
    // systemd in the container made a group of its own below.
    let machine = two(&format!("0::/system.slice/docker-{ID}.scope/init.scope\n"));
    machine.write(
        "proc/42/net/dev",
        "Inter-|   Receive                |  Transmit\n face |bytes    packets errs drop fifo frame compressed multicast|bytes\n    \
         lo: 99 1 0 0 0 0 0 0 99 1 0 0 0 0 0 0\n  eth0: 1000 5 0 0 0 0 0 0 200 2 0 0 0 0 0 0\n  eth1:1 1 0 0 0 0 0 0 2 2 0 0 0 0 0 0\n",
    );
    let counters = machine
        .cgroups()
        .counters(&watched(true), Timestamp::now())
        .unwrap();
    assert_eq!(counters.cpu_nanos, 1_000_000);
    assert_eq!(counters.memory, ByteSize(8000));
    assert_eq!(counters.memory_limit, Some(ByteSize(64 << 20)));
    assert_eq!(
        (counters.disk_read, counters.disk_written),
        (Some(3), Some(50))
    );
    assert_eq!((counters.received, counters.sent), (Some(1001), Some(202)));
    assert_eq!(counters.pids, Some(7));
}

#[test]
fn another_process_with_the_same_pid_is_not_read() {
    let machine = two("0::/user.slice/user-0.slice/session-1.scope\n");
    assert!(
        machine
            .cgroups()
            .counters(&watched(false), Timestamp::now())
            .is_err()
    );
}

#[test]
fn a_container_that_is_gone_is_forgotten() {
    let machine = one();
    let mut cgroups = machine.cgroups();
    cgroups.counters(&watched(false), Timestamp::now()).unwrap();
    assert_eq!(cgroups.places.len(), 1);
    fs::remove_dir_all(machine.0.path().join("sys")).unwrap();
    assert!(cgroups.counters(&watched(false), Timestamp::now()).is_err());
    assert!(cgroups.places.is_empty());
    let nobody = Watched {
        pid: None,
        ..watched(false)
    };
    assert!(cgroups.counters(&nobody, Timestamp::now()).is_err());
}

#[test]
fn the_place_is_looked_up_once() {
    let machine = one();
    let mut cgroups = machine.cgroups();
    cgroups.counters(&watched(false), Timestamp::now()).unwrap();
    fs::remove_file(machine.0.path().join("proc/42/cgroup")).unwrap();
    cgroups.counters(&watched(false), Timestamp::now()).unwrap();
}

#[test]
fn a_mount_of_a_part_of_the_hierarchy_is_followed() {
    // As seen inside a container that shares the host's pids.
    let mountinfo = "25 24 0:22 /docker/outer /sys/fs/cg\\040roup rw - cgroup2 cgroup rw\n";
    let mounts = place::Mounts::parse(mountinfo, Path::new("/r"));
    let found = mounts.place(&format!("0::/docker/outer/docker/{ID}\n"), ID);
    assert_eq!(
        found,
        Some(place::Place::Unified(
            Path::new("/r/sys/fs/cg roup/docker").join(ID)
        ))
    );
    assert_eq!(mounts.place(&format!("0::/elsewhere/{ID}\n"), ID), None);
    assert_eq!(
        mounts.place(&format!("0::/docker/outer/../{ID}\n"), ID),
        None
    );
}
