//! Containers: what the list and an inspect say.

use topside::domain::{
    Container, ContainerId, ContainerState, Health, MountKind, NetworkOf, Protocol,
};

use crate::bed;
use crate::world::{IDLE, World, until};

#[tokio::test(flavor = "multi_thread")]
async fn the_engine_says_who_it_is() {
    let world = World::new().await;
    let info = world.backend.info().await.unwrap();
    assert_eq!(info.id.unwrap(), world.docker(&["info", "-f", "{{.ID}}"]));
    assert_eq!(
        info.version,
        world.docker(&["version", "-f", "{{.Server.Version}}"])
    );
    assert_eq!(
        info.cpus.to_string(),
        world.docker(&["info", "-f", "{{.NCPU}}"])
    );
    assert_eq!(info.name, world.docker(&["info", "-f", "{{.Name}}"]));
    assert!(info.memory.0 > 0 && !info.data_root.is_empty() && !info.kernel.is_empty());
    assert!(info.api_version.starts_with("1."));
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_ours_only_where_the_engine_runs_here() {
    let world = World::new().await;
    // Through ssh the engine is on this machine in a test, and nobody can know.
    let is_here = std::env::var_os(bed::THROUGH).is_none() && !bed::IS_DEMO;
    assert_eq!(world.backend.is_local(), is_here);
}

#[tokio::test(flavor = "multi_thread")]
async fn child_processes_reach_the_same_engine() {
    let world = World::new().await;
    let output = std::process::Command::new("docker")
        .env_clear()
        .env("PATH", std::env::var("PATH").unwrap())
        .env("HOME", "/nonexistent")
        .envs(world.backend.client_environment())
        .args(["info", "-f", "{{.ID}}"])
        .output()
        .unwrap();
    let id = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    assert_eq!(id, world.docker(&["info", "-f", "{{.ID}}"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_container_is_listed_with_all_its_parts() {
    let world = World::new().await;
    let volume = world.volume("data");
    let id = world.run(
        "web",
        &[
            "-p",
            "127.0.0.1::80",
            "--expose",
            "53/udp",
            "-v",
            &format!("{volume}:/data"),
            "-v",
            "/etc:/host:ro",
            "--label",
            "com.docker.compose.project=shop",
            "--label",
            "com.docker.compose.service=web",
            "--label",
            "com.docker.compose.oneoff=True",
            "--label",
            "com.docker.compose.container-number=4",
            "-e",
            "A=b=c",
            "-m",
            "64m",
            "--restart",
            "on-failure:3",
            "--workdir",
            "/data",
            "--user",
            "1:1",
        ],
        IDLE,
    );
    let listed = world.listed(&id).await.unwrap();
    assert_eq!(&*listed.name, world.name("web"));
    assert_eq!(&*listed.image, world.image);
    assert!(listed.image_id.as_str().starts_with("sha256:"));
    assert_eq!(listed.state, ContainerState::Running);
    assert_eq!(listed.health, Health::None);
    assert!(listed.status.starts_with("Up"));
    assert_eq!(listed.labels["topside.test"], "1");
    assert!(listed.detail.is_none());
    let published = listed
        .ports
        .iter()
        .find(|port| port.container == 80)
        .unwrap();
    assert_eq!(published.address.unwrap().to_string(), "127.0.0.1");
    let cli = world.docker(&["port", id.as_str(), "80"]);
    assert_eq!(cli, format!("127.0.0.1:{}", published.published.unwrap()));
    assert!(
        listed
            .ports
            .iter()
            .any(|port| port.protocol == Protocol::Udp && port.published.is_none())
    );
    let mount = listed
        .mounts
        .iter()
        .find(|mount| mount.destination == "/data")
        .unwrap();
    assert_eq!(
        (mount.kind, mount.name.as_deref()),
        (MountKind::Volume, Some(volume.as_str()))
    );
    let mount = listed
        .mounts
        .iter()
        .find(|mount| mount.destination == "/host")
        .unwrap();
    assert_eq!((mount.kind, mount.read_only), (MountKind::Bind, true));
    assert!(listed.networks[0].addresses.len() == 1);
    let compose = listed.compose.as_ref().unwrap();
    assert_eq!(
        (compose.project.as_str(), compose.number, compose.one_off),
        ("shop", 4, true)
    );
    inspect_agrees(&world, &listed).await;
}

/// An inspect says what the list says, and more.
async fn inspect_agrees(world: &World, listed: &Container) {
    let id = &listed.id;
    let inspected = world.backend.inspect(id).await.unwrap();
    assert_eq!(inspected.name, listed.name);
    assert_eq!(inspected.image, listed.image);
    assert_eq!(inspected.image_id, listed.image_id);
    assert_eq!(inspected.created.as_second(), listed.created.as_second());
    assert_eq!(inspected.ports, listed.ports);
    assert_eq!(inspected.labels, listed.labels);
    assert_eq!(inspected.compose, listed.compose);
    let sorted = |container: &Container| {
        let mut mounts = container.mounts.clone();
        mounts.sort();
        mounts
    };
    assert_eq!(sorted(&inspected), sorted(listed));
    let detail = inspected.detail.unwrap();
    let pid = world.docker(&["inspect", "-f", "{{.State.Pid}}", id.as_str()]);
    assert_eq!(detail.pid.unwrap().to_string(), pid);
    assert!(detail.started_at.unwrap() >= inspected.created);
    assert_eq!(detail.exit_code, None);
    assert_eq!(detail.memory_limit.unwrap().0, 64 << 20);
    assert_eq!(detail.restart_policy, "on-failure:3");
    assert_eq!(
        (detail.user.as_str(), detail.working_dir.as_str()),
        ("1:1", "/data")
    );
    assert!(
        detail
            .env
            .iter()
            .any(|var| var.name == "A" && var.value == "b=c")
    );
    assert_eq!(detail.command, ["sh", "-c", IDLE]);
    assert!(!detail.tty && !detail.has_health_check && !detail.log.driver.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn containers_that_ended_or_never_started_are_listed_too() {
    let world = World::new().await;
    let ended = world.ran("ended", &[], "exit 7");
    let created = world.make("create", "created", &["--network", "none"], &["true"]);
    let broken = world.make("create", "broken", &[], &["/no/such/program"]);
    assert!(world.backend.start(&broken).await.is_err());
    let listed = world.listed(&ended).await.unwrap();
    assert_eq!(listed.state, ContainerState::Exited);
    assert!(listed.status.starts_with("Exited (7)"), "{}", listed.status);
    let detail = world.backend.inspect(&ended).await.unwrap().detail.unwrap();
    assert_eq!((detail.exit_code, detail.pid), (Some(7), None));
    assert!(detail.finished_at.is_some());
    let listed = world.listed(&created).await.unwrap();
    assert_eq!(listed.state, ContainerState::Created);
    assert_eq!(listed.network_of, Some(NetworkOf::Nothing));
    let detail = world
        .backend
        .inspect(&created)
        .await
        .unwrap()
        .detail
        .unwrap();
    assert_eq!((detail.started_at, detail.exit_code), (None, None));
    let detail = world
        .backend
        .inspect(&broken)
        .await
        .unwrap()
        .detail
        .unwrap();
    assert!(detail.error.as_ref().unwrap().contains("/no/such/program"));
}

#[tokio::test(flavor = "multi_thread")]
async fn shared_network_namespaces_are_known() {
    let world = World::new().await;
    let owner = world.run("owner", &[], IDLE);
    let network = format!("container:{owner}");
    let sharer = world.run("sharer", &["--network", &network], IDLE);
    let hosted = world.run("hosted", &["--network", "host"], IDLE);
    let expected = Some(NetworkOf::Container(owner.clone()));
    assert_eq!(world.listed(&sharer).await.unwrap().network_of, expected);
    assert_eq!(
        world.backend.inspect(&sharer).await.unwrap().network_of,
        expected
    );
    assert_eq!(
        world.listed(&hosted).await.unwrap().network_of,
        Some(NetworkOf::Host)
    );
    assert_eq!(world.listed(&owner).await.unwrap().network_of, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn health_is_told_by_list_and_inspect() {
    let world = World::new().await;
    let check = [
        "--health-interval",
        "200ms",
        "--health-retries",
        "1",
        "--health-cmd",
    ];
    let well = world.run("well", &[&check[..], &["echo fine"]].concat(), IDLE);
    let ill = world.run("ill", &[&check[..], &["echo broken; false"]].concat(), IDLE);
    for (id, health) in [(&well, Health::Healthy), (&ill, Health::Unhealthy)] {
        until(async || world.listed(id).await.unwrap().health == health).await;
        let inspected = world.backend.inspect(id).await.unwrap();
        assert_eq!(inspected.health, health);
        let detail = inspected.detail.unwrap();
        assert!(detail.has_health_check);
        assert!(!detail.health_log[0].output.is_empty() && detail.health_log[0].at.is_some());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_inspect_is_the_engines_own() {
    let world = World::new().await;
    let id = world.make("create", "json", &[], &["true"]);
    let text = world.backend.inspect_json(&id).await.unwrap();
    assert!(text.starts_with("{\n  \"Id\": \""), "{text}");
    let ours: serde_json::Value = serde_json::from_str(&text).unwrap();
    let cli: serde_json::Value =
        serde_json::from_str(&world.docker(&["inspect", id.as_str()])).unwrap();
    assert_eq!(ours["Config"], cli[0]["Config"]);
    assert_eq!(ours["Id"], id.as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_not_found() {
    let world = World::new().await;
    let missing = ContainerId::from(&world.name("missing"));
    let not_found = |err| matches!(err, topside::backend::BackendError::NotFound(text) if text.contains("missing"));
    assert!(not_found(
        world.backend.inspect(&missing).await.unwrap_err()
    ));
    assert!(not_found(
        world.backend.inspect_json(&missing).await.unwrap_err()
    ));
    assert!(not_found(world.backend.start(&missing).await.unwrap_err()));
    assert!(not_found(world.backend.stop(&missing).await.unwrap_err()));
    assert!(not_found(world.backend.remove(&missing).await.unwrap_err()));
}
