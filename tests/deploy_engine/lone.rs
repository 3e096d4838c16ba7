//! Containers that somebody made by hand: made anew, rolled back, put back.

use topside::domain::{ActionName, Outcome};

use crate::bed::{Bed, Flavour, Lone, done, rolled_back};
use crate::fixtures::engine::{docker, image, image_id, other_image, try_docker};

struct Hand {
    bed: Bed,
    name: String,
    _lone: Lone,
}

impl Hand {
    /// A container with a volume without a name, a fixed address and a few more things that must not get lost.
    async fn made(name: &str) -> Self {
        let bed = Bed::with(name, Flavour::Plugin, &[]).await;
        let name = format!("{}-lone", bed.project.name);
        let run = [
            "run",
            "--detach",
            "--name",
            &name,
            "--label",
            "topside.gate=1s",
            "--env",
            "GREETING=hello",
            "--volume",
            "/data",
            "--memory",
            "64m",
            "--restart",
            "unless-stopped",
            &bed.project.image(),
        ];
        docker(&run);
        docker(&["exec", &name, "sh", "-c", "echo kept >/data/file"]);
        Self {
            _lone: Lone(name.clone()),
            bed,
            name,
        }
    }

    async fn run(&self, action: ActionName) -> Outcome {
        self.bed
            .run_on(action, &self.bed.lone_service(&self.name))
            .await
    }

    #[track_caller]
    fn inspect(&self, format: &str) -> String {
        docker(&["inspect", "--format", format, &self.name])
    }

    /// What must be the same whatever happened.
    #[track_caller]
    fn is_whole(&self) {
        assert_eq!(
            self.inspect(
                "{{.State.Status}} {{.HostConfig.Memory}} {{.HostConfig.RestartPolicy.Name}}"
            ),
            "running 67108864 unless-stopped"
        );
        assert_eq!(docker(&["exec", &self.name, "cat", "/data/file"]), "kept");
        assert_eq!(
            docker(&["exec", &self.name, "sh", "-c", "echo $GREETING"]),
            "hello"
        );
        let old = format!("{}.topside-old", self.name);
        assert!(try_docker(&["inspect", &old]).is_err(), "{old} is left");
    }
}

#[tokio::test]
async fn it_is_made_anew_of_the_new_image_and_rolled_back() {
    let hand = Hand::made("hand").await;
    let outcome = hand.run(ActionName::Redeploy).await;
    assert!(
        matches!(outcome, Outcome::NothingToDo { .. }),
        "{outcome:?}"
    );
    hand.bed.project.retag(&other_image());
    let outcome = hand.run(ActionName::Redeploy).await;
    assert!(done(&outcome).contains("now runs"), "{outcome:?}");
    assert_eq!(hand.inspect("{{.Image}}"), image_id(&other_image()));
    hand.is_whole();
    done(&hand.run(ActionName::RollBack).await);
    assert_eq!(hand.inspect("{{.Image}}"), image_id(&image()));
    assert_eq!(image_id(&hand.bed.project.image()), image_id(&image()));
    hand.is_whole();
}

#[tokio::test]
async fn one_that_crashes_gives_its_place_back() {
    let hand = Hand::made("back").await;
    let id = hand.inspect("{{.Id}}");
    let bad = hand
        .bed
        .project
        .build("bad", "CMD [\"sh\", \"-c\", \"echo no database; exit 3\"]");
    hand.bed.project.retag(&bad);
    let outcome = hand.run(ActionName::Redeploy).await;
    let (why, back) = rolled_back(&outcome);
    assert!(why.contains("exit code 3"), "{why}");
    assert!(back.contains("again"), "{back}");
    assert_eq!(hand.inspect("{{.Id}}"), id, "the very container of before");
    assert_eq!(image_id(&hand.bed.project.image()), image_id(&image()));
    hand.is_whole();
}
