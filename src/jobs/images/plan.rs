//! What tagging, saving or pulling an image will do, and what speaks against it before anything is begun.

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::domain::release::is_keep_tag;
use crate::domain::text::visible;
use crate::domain::units::age;
use crate::domain::{
    ActionName, Container, Failure, Image, ImageName, Operation, Plan, Reference, Request, Step,
    StepKind,
};
use crate::jobs::planned::{self, Steps};
use crate::jobs::{Stop, World, engine, to_file};

/// Looks at the image and says what will be done.
pub(in crate::jobs) async fn plan(
    world: &World,
    request: &Request,
    image: &ImageName,
    cancel: &CancellationToken,
) -> Result<Plan, Stop> {
    let looking = async {
        match request.action {
            ActionName::TagImage => {
                tag(
                    world,
                    image,
                    request.reference.as_deref().unwrap_or_default(),
                )
                .await
            }
            ActionName::SaveImage => {
                save(world, image, request.file.as_deref().unwrap_or_default()).await
            }
            ActionName::PullImage => pull(world, image).await,
            _ => Err(Failure::new("", "it is not for an image")),
        }
    };
    planned::plan(request, cancel, looking).await
}

async fn tag(world: &World, image: &ImageName, wanted: &str) -> Result<Steps, Failure> {
    let reference = checked(wanted)?;
    if reference.contains('@') {
        return Err(Failure::new("", "a digest always means the same image")
            .hint("a tag can be moved: NAME:TAG"));
    }
    if is_keep_tag(&reference) {
        let why = "such references keep the images of releases, and are topside's own";
        return Err(Failure::new("", why));
    }
    let own = here(world, image).await?;
    let before = look(world, &reference).await?;
    let containers = world.backend.containers().await;
    let containers = containers.map_err(|error| engine::failure(&error, String::new()))?;
    Ok(tagging(&own, &reference, before.as_ref(), &containers))
}

/// What becomes of a reference, and of the image that it meant.
pub(super) fn tagging(
    own: &Image,
    reference: &str,
    before: Option<&Image>,
    containers: &[Container],
) -> Steps {
    let id = own.id.short();
    let mut notes = Vec::new();
    match before {
        Some(before) if before.id == own.id => {
            notes.push(format!("{reference} means {id} already"));
            return (Vec::new(), notes);
        }
        None => notes.push(format!(
            "{reference} is new here; docker image rm {reference} takes it away again"
        )),
        Some(before) => {
            let old = before.id.short();
            let others = before.names().filter(|name| !same(name, reference));
            let others: Vec<&str> = others.collect();
            let left = match (others.as_slice(), before.keep_tags().next()) {
                ([], None) => "it has no other name then: topside prune would take it".to_owned(),
                ([], Some(_)) => "it stays, kept for going back".to_owned(),
                (others, _) => format!("it stays {}", visible(&others.join(", "))),
            };
            notes.push(format!(
                "{reference} moves: so far it means {old}, made {} ago, {}; {left}",
                age(before.created, Timestamp::now()),
                before.size
            ));
            notes.push(format!(
                "topside images tag {old} {reference} would put that back"
            ));
        }
    }
    let mut made_of: Vec<String> = containers
        .iter()
        .filter(|container| container.image_id != own.id && same(&container.image, reference))
        .map(|container| container.service_id().to_string())
        .collect();
    made_of.sort();
    made_of.dedup();
    if !made_of.is_empty() {
        notes.push(format!(
            "{} runs on with the image it has, until it is redeployed",
            visible(&made_of.join(", "))
        ));
    }
    let step = Step {
        title: format!("let {reference} mean {id}"),
        operation: Operation::TagImage {
            image: own.id.clone(),
            reference: reference.to_owned(),
        },
        kind: StepKind::Committing,
    };
    (vec![step], notes)
}

async fn save(world: &World, image: &ImageName, typed: &str) -> Result<Steps, Failure> {
    let own = here(world, image).await?;
    // An engine takes a name without a tag for all of its tags.
    let named = own.tags.iter().find(|tag| same(tag, &image.name));
    let named = named.map_or_else(|| own.id.as_str(), String::as_str);
    let name = ImageName {
        host: image.host.clone(),
        name: named.into(),
    };
    let file = to_file::path_of(typed, || name.file_name()).await;
    let file = file.map_err(|why| Failure::new("", visible(&why)))?;
    to_file::is_free(&file).await?;
    let shown = visible(&file);
    let steps = vec![
        Step {
            title: format!("read {name} into a file beside {shown}"),
            operation: Operation::SaveImage {
                image: named.to_owned(),
                file: file.clone(),
            },
            kind: StepKind::Cancellable,
        },
        Step {
            title: format!("keep it as {shown}"),
            operation: Operation::KeepSaved { file: file.clone() },
            kind: StepKind::Committing,
        },
    ];
    let mut notes = vec![format!(
        "it takes {} on the engine; the file may be smaller where layers are kept compressed",
        own.size
    )];
    if named == own.id.as_str() {
        notes.push("it is written by its id: what loads it gives it no name".to_owned());
    }
    notes.push(
        "the file is for you alone (mode 0600), on the machine where topside runs".to_owned(),
    );
    Ok((steps, notes))
}

async fn pull(world: &World, image: &ImageName) -> Result<Steps, Failure> {
    let reference = checked(&image.name)?;
    let note = match look(world, &reference).await? {
        None => format!("{reference} is not on this host yet"),
        Some(here) => format!(
            "{reference} is {} here, made {} ago: what the registry has takes its name, and containers run on with the one they have",
            here.id.short(),
            age(here.created, Timestamp::now())
        ),
    };
    let step = Step {
        title: format!("pull {reference}"),
        operation: Operation::PullImage { reference },
        kind: StepKind::Cancellable,
    };
    Ok((vec![step], vec![note]))
}

/// A reference as somebody typed it, with its tag.
fn checked(typed: &str) -> Result<String, Failure> {
    Reference::typed(typed.trim()).map_err(|why| {
        let why = format!("{} is no reference of an image: {why}", visible(typed));
        Failure::new("", why).hint("such as web:2, ghcr.io/owner/name:1.4, nas:5000/web")
    })
}

/// Whether two references mean the same.
fn same(one: &str, other: &str) -> bool {
    let (one, other) = (Reference::parse(one), Reference::parse(other));
    one.is_some() && one == other
}

async fn here(world: &World, image: &ImageName) -> Result<Image, Failure> {
    let found = look(world, &image.name).await?;
    found.ok_or_else(|| {
        Failure::new("", "there is no such image here").hint("topside images lists them")
    })
}

async fn look(world: &World, reference: &str) -> Result<Option<Image>, Failure> {
    let image = world.backend.image(reference).await;
    image.map_err(|error| engine::failure(&error, String::new()))
}
