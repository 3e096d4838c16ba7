//! Pruning on an engine of its own: what is left is held against the docker CLI.

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use topside::backend::docker::DockerConnector;
use topside::backend::endpoint::{self, Environment};
use topside::backend::{Backend, Connector};
use topside::compose::Finder;
use topside::domain::{
    JobEvent, Outcome, Plan, Prune, Release, ReleaseState, Request, ServiceId, Unused, UnusedImages,
};
use topside::jobs::{self, Origin, Who, World, carry_out};
use topside::store::Store;

use crate::bed::{done, failed};
use crate::fixtures::engine::image;
use crate::fixtures::second_engine::SecondEngine;

struct Yard {
    engine: SecondEngine,
    world: World,
    _state: tempfile::TempDir,
}

impl Yard {
    async fn new() -> Self {
        let engine = SecondEngine::start();
        let resolved =
            endpoint::resolve(Some(&engine.address()), &Environment::of_process()).unwrap();
        let host = resolved.host.clone();
        let backend: Arc<dyn Backend> = DockerConnector::new(resolved.host, resolved.endpoint)
            .connect()
            .await
            .unwrap();
        let state = tempfile::tempdir().unwrap();
        let (store, _) = Store::open(&state.path().join("records.db")).unwrap();
        let world = World {
            engine: jobs::engine_id(backend.as_ref(), &host).await.unwrap(),
            leaving: tokio_util::sync::CancellationToken::new(),
            preferences: Arc::default(),
            backend,
            host,
            compose: Arc::new(Finder::among(Vec::new())),
            store: Some(Arc::new(store)),
            lock_dir: state.path().join("locks"),
            who: Who {
                user: "wes".to_owned(),
                from: Origin::Command,
            },
        };
        Self {
            engine,
            world,
            _state: state,
        }
    }

    fn request(&self, prune: Prune) -> Request {
        Request::prune(self.world.host.clone(), prune)
    }

    async fn plan(&self, prune: Prune) -> Plan {
        let plan = jobs::plan(&self.world, &self.request(prune)).await;
        plan.unwrap()
    }

    async fn prune(&self, prune: Prune) -> (Outcome, Vec<String>) {
        let (sender, mut receiver) = mpsc::channel(256);
        let request = self.request(prune);
        let job = carry_out(&self.world, &request, sender, CancellationToken::new());
        let listen = async {
            let mut output = Vec::new();
            while let Some(event) = receiver.recv().await {
                println!("{event:?}");
                if let JobEvent::Output { line } = event {
                    output.push(line);
                }
            }
            output
        };
        tokio::join!(job, listen)
    }

    /// A container that was made and never started: it holds what it names all the same.
    fn create(&self, arguments: &[&str]) {
        let mut all = vec!["create"];
        all.extend(arguments);
        self.engine.docker(&all);
    }

    fn image(&self, label: &str, tag: Option<&str>) -> String {
        let dockerfile = format!("FROM {}\nLABEL topside.test.kind={label}\n", image());
        self.engine.build(&dockerfile, tag)
    }
}

const fn unused(images: Option<UnusedImages>, networks: bool) -> Prune {
    Prune::Unused(Unused {
        build_cache: false,
        images,
        networks,
        only: None,
        network: None,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn images_go_when_nothing_uses_or_keeps_them() {
    let yard = Yard::new().await;
    let engine = &yard.engine;
    let dangling = yard.image("dangling", None);
    let used_dangling = yard.image("used-dangling", None);
    yard.create(&["--name", "stopped", &used_dangling]);
    let tagged = yard.image("tagged", Some("spare:1"));
    engine.docker(&["tag", "spare:1", "spare.example:5000/other:2"]);
    let used = yard.image("used", Some("used:1"));
    yard.create(&["--name", "user", "used:1"]);
    let by_tag = yard.image(
        "kept-by-tag",
        Some("topside.keep/wezm/web:3-20231114T221320Z"),
    );
    let by_record = yard.image("kept-by-record", None);
    let web = ServiceId {
        host: yard.world.host.clone(),
        project: Some("wezm".into()),
        name: "web".into(),
    };
    let release = Release {
        number: 4,
        image: by_record.as_str().into(),
        reference: "web:1".to_owned(),
        digests: Vec::new(),
        config_hash: None,
        since: jiff::Timestamp::UNIX_EPOCH,
        state: ReleaseState::Good,
    };
    let store = yard.world.store.as_ref().unwrap();
    store
        .put_release(&yard.world.engine, &web, &release)
        .unwrap();
    // One that a child was built on: the engine takes its name and then refuses.
    let parent = yard.image("parent", Some("base:1"));
    let child = engine.build(
        "FROM base:1\nLABEL topside.test.kind=child\n",
        Some("child:1"),
    );
    yard.create(&["--name", "childs", "child:1"]);

    // What has no name first.
    let plan = yard.plan(unused(Some(UnusedImages::Untagged), false)).await;
    assert_eq!(plan.steps.len(), 1, "{plan:#?}");
    let notes = plan.notes.join("\n");
    assert!(notes.contains("stopped (created)"), "{notes}");
    assert!(notes.contains("kept: release 4 of wezm/web"), "{notes}");
    assert!(engine.has_image(&dangling), "a plan does nothing");
    let (outcome, _) = yard
        .prune(unused(Some(UnusedImages::Untagged), false))
        .await;
    assert!(done(&outcome).starts_with("removed 1 image, freed up to "));
    assert!(!engine.has_image(&dangling));
    for left in [
        &used_dangling,
        &tagged,
        &used,
        &by_tag,
        &by_record,
        &parent,
        &child,
    ] {
        assert!(engine.has_image(left), "{left}");
    }
    let (outcome, _) = yard
        .prune(unused(Some(UnusedImages::Untagged), false))
        .await;
    assert!(
        matches!(&outcome, Outcome::NothingToDo { summary } if summary.starts_with("no image without a tag is unused")),
        "{outcome:?}"
    );

    // Then all of them.
    let (outcome, output) = yard.prune(unused(Some(UnusedImages::All), false)).await;
    let said = done(&outcome);
    assert!(said.starts_with("removed 1 image, freed up to "), "{said}");
    assert!(!engine.has_image(&tagged) && !engine.has_image("spare:1"));
    for left in [&used_dangling, &used, &by_tag, &by_record, &parent, &child] {
        assert!(engine.has_image(left), "{left}");
    }
    // What stays has its name still, the fixture image that all are built on, too.
    assert!(
        said.ends_with("2 were left, in use or changed meanwhile"),
        "{said}"
    );
    assert!(engine.has_image("base:1") && engine.has_image(&image()));
    assert!(
        output.iter().any(|line| line.starts_with("base:1 stays: ")),
        "{output:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn networks_go_when_no_container_names_them() {
    let yard = Yard::new().await;
    let engine = &yard.engine;
    for name in ["empty", "stopped", "running", "later"] {
        engine.docker(&["network", "create", name]);
    }
    yard.create(&["--network", "stopped", "--name", "idle", &image()]);
    engine.docker(&["run", "--detach", "--network", "running", &image()]);
    let plan = yard.plan(unused(None, true)).await;
    let titles: Vec<&str> = plan.steps.iter().map(|step| step.title.as_str()).collect();
    assert_eq!(titles, ["remove network empty", "remove network later"]);
    // Nothing is added to what was shown.
    let shown = unused(None, true).within(&plan);
    engine.docker(&["network", "create", "new"]);
    yard.create(&["--network", "later", "--name", "late", &image()]);
    let (outcome, _) = yard.prune(shown).await;
    assert_eq!(done(&outcome), "removed 1 network");
    let left = [
        "bridge", "host", "later", "new", "none", "running", "stopped",
    ];
    assert_eq!(engine.names("network"), left);
    engine.docker(&["start", "idle"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn volumes_go_by_their_names_all_or_none() {
    let yard = Yard::new().await;
    let engine = &yard.engine;
    for name in ["old", "older", "used"] {
        engine.docker(&["volume", "create", name]);
    }
    let fill = ["run", "--rm", "--volume", "old:/data"];
    let mut fill = fill.to_vec();
    let busybox = image();
    fill.extend([
        busybox.as_str(),
        "dd",
        "if=/dev/zero",
        "of=/data/a",
        "bs=1024",
        "count=300",
    ]);
    engine.docker(&fill);
    yard.create(&["--volume", "used:/data", "--name", "user", &image()]);
    let volumes = |names: &[&str]| {
        let names: BTreeSet<String> = names.iter().map(|&name| name.to_owned()).collect();
        Prune::Volumes(names)
    };
    let (outcome, _) = yard.prune(volumes(&["old", "used"])).await;
    assert_eq!(
        failed(&outcome),
        "used is used by user (writes to it, stopped)"
    );
    let (outcome, _) = yard.prune(volumes(&["old", "nothing"])).await;
    assert_eq!(failed(&outcome), "there is no volume nothing");
    assert_eq!(engine.names("volume"), ["old", "older", "used"]);
    let (outcome, _) = yard.prune(volumes(&["old"])).await;
    assert_eq!(done(&outcome), "removed 1 volume, freed 300K");
    assert_eq!(engine.names("volume"), ["older", "used"]);
    // Nothing else takes a volume.
    yard.prune(unused(Some(UnusedImages::All), true)).await;
    assert_eq!(engine.names("volume"), ["older", "used"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_image_goes_when_nothing_holds_it() {
    let yard = Yard::new().await;
    let engine = &yard.engine;
    let spare = yard.image("spare", Some("spare:1"));
    let used = yard.image("used", Some("used:1"));
    yard.create(&["--name", "user", "used:1"]);
    let one = |id: &str, name: &str| Prune::Image {
        id: id.into(),
        name: name.to_owned(),
    };
    let (outcome, _) = yard.prune(one(&used, "used:1")).await;
    assert_eq!(failed(&outcome), "it is used by user (created)");
    let (outcome, _) = yard.prune(one(&spare, "spare:1")).await;
    assert!(done(&outcome).starts_with("removed 1 image"));
    assert!(!engine.has_image(&spare) && engine.has_image(&used));
    let (outcome, _) = yard.prune(one(&spare, "spare:1")).await;
    assert!(matches!(&outcome, Outcome::NothingToDo { summary } if summary == "spare:1 is gone"));
    let store = yard.world.store.as_ref().unwrap();
    let titles: Vec<String> = store
        .jobs(9)
        .unwrap()
        .iter()
        .map(topside::store::JobRecord::title)
        .collect();
    let host = &yard.world.host;
    assert_eq!(titles[1], format!("remove image spare:1 on {host}"));
}
