//! A container like another one, as only an engine of iron makes it: mounts that are relabelled, images that were built,
//! networks with ranges of their own.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::{Value, json};
use topside::backend::BackendError;
use topside::domain::{ContainerId, ContainerState};

use crate::create_like::{assert_alike, inspect};
use crate::world::{IDLE, World, soon};

/// What has to become of a container's answer: volumes without a name have the one they got.
fn with_named_volumes(mut answer: Value) -> Value {
    let mut binds = Vec::new();
    let made = answer["Mounts"].clone();
    for (index, made) in made.as_array().unwrap().iter().enumerate() {
        let name = made["Name"].as_str().unwrap_or_default();
        let destination = made["Destination"].as_str().unwrap();
        match destination {
            "/anonymous" => {
                binds.push(format!("{name}:{destination}"));
                // What the engine makes of a bind without a mode.
                answer["Mounts"][index]["Mode"] = "z".into();
            }
            "/long" => answer["HostConfig"]["Mounts"][0]["Source"] = name.into(),
            _ => {}
        }
    }
    assert_eq!(binds.len(), 1);
    let all = answer["HostConfig"]["Binds"].as_array_mut().unwrap();
    all.extend(binds.into_iter().map(Value::from));
    answer
}

/// A number of this test's own, the same at every call: tests run side by side, in one process or in several.
fn own_number(world: &World) -> u64 {
    let mut hasher = DefaultHasher::new();
    world.prefix.hash(&mut hasher);
    hasher.finish()
}

/// Two user-defined networks in an address range of this test's own, and an address in each.
fn networks(world: &World) -> [(String, String); 2] {
    let number = own_number(world);
    let (second, third) = (number % 64, number / 64 % 256);
    [(64 + second, "front"), (128 + second, "back")].map(|(second, name)| {
        let subnet = format!("10.{second}.{third}.0/24");
        let address = format!("10.{second}.{third}.9");
        (world.network(name, &["--subnet", &subnet]), address)
    })
}

/// One a line, since values have blanks. What only the test knows comes besides.
const OPTIONS: &str = "\
--network-alias=web
--env=MINE=1
--env=EMPTY=
--env=ODD=a=b c\"ä
--volume=/anonymous
--volume=/etc:/host/etc:ro
--mount=type=volume,target=/long
--mount=type=bind,source=/usr,target=/host/usr,readonly,bind-propagation=private
--mount=type=tmpfs,target=/long/tmp,tmpfs-size=65536
--tmpfs=/scratch:size=65536,mode=1770
--publish=9090/udp
--expose=7070
--restart=on-failure:3
--memory=32m
--memory-reservation=16m
--memory-swap=48m
--cpus=0.5
--cpu-shares=512
--pids-limit=64
--cap-add=NET_ADMIN
--cap-drop=MKNOD
--device=/dev/null:/dev/mine:r
--device-cgroup-rule=c 1:3 r
--group-add=7
--log-opt=max-size=1m
--log-opt=max-file=2
--label=mine=1
--label=odd=ä b
--health-cmd=true
--health-interval=1h
--health-retries=7
--health-start-period=3s
--ulimit=nofile=100:200
--sysctl=net.core.somaxconn=77
--security-opt=no-new-privileges
--add-host=db:10.1.2.3
--dns=10.1.1.1
--dns-search=example.org
--dns-option=ndots:2
--user=0:7
--workdir=/scratch
--hostname=mine
--domainname=example.org
--stop-signal=USR1
--stop-timeout=3
--init
--shm-size=8m
--read-only
--entrypoint=/bin/sh
--interactive
--tty
--oom-score-adj=100
--ipc=shareable
--cgroupns=host
--runtime=runc";

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_was_configured_is_there_again() {
    let world = World::new().await;
    let [(front, front_address), (back, back_address)] = networks(&world);
    let named = world.volume("named");
    let given = [
        format!("--network={front}"),
        format!("--ip={front_address}"),
        format!("--volume={named}:/named"),
        format!("--mount=type=volume,source={named},target=/again,readonly"),
        format!(
            "--publish=127.0.0.1:{}:80",
            20_000 + own_number(&world) % 10_000
        ),
    ];
    let options: Vec<&str> = OPTIONS
        .lines()
        .chain(given.iter().map(String::as_str))
        .collect();
    let old = world.make("create", "old", &options, &["-c", IDLE]);
    world.docker(&[
        "network",
        "connect",
        "--ip",
        &back_address,
        "--alias",
        "api",
        "--alias",
        "web2",
        "--link",
        &format!("{}:other", world.name("old")),
        &back,
        old.as_str(),
    ]);
    let new = soon(
        world
            .backend
            .create_like(&old, &world.name("new"), &world.image),
    )
    .await
    .unwrap();
    assert_ne!(new, old);
    assert_alike(
        with_named_volumes(inspect(&world, &old)),
        inspect(&world, &new),
    );
    // It was not alike because nothing was there.
    let made = inspect(&world, &new);
    assert_eq!(made["HostConfig"]["PidsLimit"], 64);
    assert_eq!(
        made["NetworkSettings"]["Networks"]
            .as_object()
            .unwrap()
            .len(),
        2
    );
    assert_eq!(made["Mounts"].as_array().unwrap().len(), 7);

    // The same of one that runs: now the engine has filled in what it does for a running container.
    world.docker(&["rm", "-f", new.as_str()]);
    world.docker(&["start", old.as_str()]);
    world.docker(&[
        "exec",
        old.as_str(),
        "sh",
        "-c",
        "echo kept >/anonymous/a; echo kept >/long/l",
    ]);
    let new = soon(
        world
            .backend
            .create_like(&old, &world.name("new"), &world.image),
    )
    .await
    .unwrap();
    assert_eq!(
        world.listed(&new).await.unwrap().state,
        ContainerState::Created
    );
    let before = inspect(&world, &old);
    // The other one needs its addresses and its port.
    world.docker(&["stop", old.as_str()]);
    soon(world.backend.start(&new)).await.unwrap();
    assert_alike(with_named_volumes(before), inspect(&world, &new));
    let data = world.docker(&["exec", new.as_str(), "cat", "/anonymous/a", "/long/l"]);
    assert_eq!(data, "kept\nkept");
}

/// An image made of the test's image; gone when this is dropped.
struct Built<'a>(&'a World, String);

impl<'a> Built<'a> {
    fn from(world: &'a World, tag: &str, lines: &[&str]) -> Self {
        let reference = format!("{}/built:{tag}", world.prefix);
        let context = tempfile::tempdir().unwrap();
        let file = format!("FROM {}\n{}\n", world.image, lines.join("\n"));
        std::fs::write(context.path().join("Dockerfile"), file).unwrap();
        let context = context.path().to_string_lossy();
        // The classic builder: Debian 12 has no buildx.
        world.docker_with(
            &[("DOCKER_BUILDKIT", "0")],
            &[
                "build",
                "--quiet",
                "--network",
                "none",
                "--tag",
                &reference,
                &context,
            ],
        );
        Self(world, reference)
    }
}

impl Drop for Built<'_> {
    fn drop(&mut self) {
        self.0.try_docker(&[], &["rmi", "--force", &self.1]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_image_says_changes_with_the_image() {
    let world = World::new().await;
    let one = Built::from(
        &world,
        "1",
        &[
            "ENV VERSION=1",
            "ENV SAME=s",
            "LABEL version=1",
            r#"CMD ["sleep", "1"]"#,
            "WORKDIR /one",
            "STOPSIGNAL USR1",
            "EXPOSE 80",
            "HEALTHCHECK CMD true",
            "VOLUME /data",
            "USER 1",
        ],
    );
    let two = Built::from(
        &world,
        "2",
        &[
            "ENV VERSION=2",
            "ENV SAME=s",
            "LABEL version=2",
            r#"CMD ["sleep", "2"]"#,
            "WORKDIR /two",
            "STOPSIGNAL USR2",
            "EXPOSE 81",
            "HEALTHCHECK CMD false",
            "VOLUME /data",
            "USER 2",
        ],
    );
    let label = format!("topside.test.run={}", world.prefix);
    let create = [
        "create",
        "--label",
        &label,
        "--env",
        "MINE=1",
        "--publish",
        "80",
    ];
    let old = ContainerId::from(world.docker(&[&create[..], &[&one.1]].concat()));
    let new = soon(world.backend.create_like(&old, &world.name("new"), &two.1))
        .await
        .unwrap();
    let config = &inspect(&world, &new)["Config"];
    let env = config["Env"].as_array().unwrap();
    for entry in ["VERSION=2", "SAME=s", "MINE=1"] {
        assert!(env.contains(&entry.into()), "{env:?}");
    }
    assert!(!env.contains(&"VERSION=1".into()), "{env:?}");
    assert_eq!(config["Labels"]["version"], "2");
    assert_eq!(config["Cmd"], json!(["sleep", "2"]));
    assert_eq!(config["WorkingDir"], "/two");
    assert_eq!(config["StopSignal"], "USR2");
    assert_eq!(config["User"], "2");
    assert_eq!(config["Image"], two.1);
    assert_eq!(config["Healthcheck"]["Test"], json!(["CMD-SHELL", "false"]));
    // The published one is somebody's, the other the new image's.
    assert_eq!(
        config["ExposedPorts"],
        json!({ "80/tcp": {}, "81/tcp": {} })
    );
    let volume = |id: &ContainerId| inspect(&world, id)["Mounts"][0]["Name"].clone();
    assert_eq!(volume(&old), volume(&new));
    world.docker(&["rm", "-f", "-v", old.as_str(), new.as_str()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_container_whose_image_is_gone_keeps_all() {
    let world = World::new().await;
    let one = Built::from(&world, "1", &["ENV VERSION=1"]);
    let label = format!("topside.test.run={}", world.prefix);
    let old = ContainerId::from(world.docker(&["create", "--label", &label, &one.1]));
    drop(one);
    let new = soon(
        world
            .backend
            .create_like(&old, &world.name("new"), &world.image),
    )
    .await
    .unwrap();
    let env = inspect(&world, &new)["Config"]["Env"].clone();
    assert!(
        env.as_array().unwrap().contains(&"VERSION=1".into()),
        "{env}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_container_is_not_left_behind() {
    let world = World::new().await;
    let [(front, _), (back, address)] = networks(&world);
    let old = world.make("create", "old", &["--network", &front], &[]);
    world.docker(&["network", "connect", "--ip", &address, &back, old.as_str()]);
    // The second network is another one now, in which the address cannot be had.
    world.docker(&["network", "rm", &back]);
    world.network("back", &[]);
    let name = world.name("new");
    let failed = soon(world.backend.create_like(&old, &name, &world.image)).await;
    assert!(
        matches!(failed, Err(BackendError::Engine { .. })),
        "{failed:?}"
    );
    let left = world.docker(&["ps", "-a", "-q", "--filter", &format!("name={name}")]);
    assert_eq!(left, "");
    assert!(world.listed(&old).await.is_some());
}
