//! `topside images tag`, `save` and `pull`: what is done with one image.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::domain::{ActionName, Failure, ImageName, Request};
use crate::runtime::jobs::Shared;

use super::arguments::How;
use super::{Arguments, Exit, act, consent, refuse};

/// What is done with an image.
#[derive(Debug, Subcommand)]
pub enum What {
    /// Let a reference mean an image; says so where it meant another one.
    Tag(Tag),
    /// Write an image to a file, which docker load reads.
    Save(Save),
    /// Fetch an image from its registry.
    Pull(Pull),
}

/// Which image, and what it is to be called.
#[derive(Debug, Args)]
#[command(after_help = TAG_AFTER)]
pub struct Tag {
    /// The image, by a reference or its id.
    #[arg(value_name = "IMAGE")]
    pub image: String,
    /// The reference that is to mean it: NAME:TAG; without a tag, latest.
    #[arg(value_name = "REFERENCE")]
    pub reference: String,
    /// How.
    #[command(flatten)]
    pub how: How,
}

/// Which image, and where to.
#[derive(Debug, Args)]
#[command(after_help = SAVE_AFTER)]
pub struct Save {
    /// The image: a reference, which is written along, or an id.
    #[arg(value_name = "IMAGE")]
    pub image: String,
    /// The file, or the folder for it to lie in, on this machine. Without it, a file in this folder.
    #[arg(value_name = "FILE", default_value = ".")]
    pub file: String,
    /// How.
    #[command(flatten)]
    pub how: How,
}

/// Which image.
#[derive(Debug, Args)]
#[command(after_help = PULL_AFTER)]
pub struct Pull {
    /// The reference: NAME:TAG, or NAME@sha256:…; without a tag, latest.
    #[arg(value_name = "REFERENCE")]
    pub reference: String,
    /// How.
    #[command(flatten)]
    pub how: How,
}

const TAG_AFTER: &str = "\
Examples:
  topside images tag web:2 web:stable           a second name for it
  topside images tag 3f1c0b5a7d21 web:1         by its id
  topside images tag --plan web:2 web:1         say which image loses the name, and who is made of it

A tag that is there already moves; the plan and the end say which image it meant, and what puts it
back. Containers run on with the image they have until they are redeployed.

Exit codes and JSON are those of topside redeploy --help.";

const SAVE_AFTER: &str = "\
Examples:
  topside images save nas:5000/web:2            ./web-2.tar
  topside images save web:2 /srv/images         the same in that folder
  topside images save web:2 w.tar && scp w.tar other: && ssh other docker load -i w.tar

The file is what docker save writes. It gets its name only when it is whole and on the disk; nothing
is written over; what is cancelled or fails leaves nothing.

Exit codes and JSON are those of topside redeploy --help.";

const PULL_AFTER: &str = "\
Examples:
  topside images pull nginx:1.27
  topside images pull --json nas:5000/web:2     with its progress, an event a line

It is fetched with your login to the registry (docker login, credential helpers), as a redeploy
does. Nothing is brought up; topside pull PROJECT fetches what a Compose project names.

Exit codes and JSON are those of topside redeploy --help: 3 where the registry has nothing newer.";

/// Does it.
pub(super) async fn run(
    arguments: &Arguments,
    shared: &Shared,
    wanted: &What,
) -> color_eyre::Result<ExitCode> {
    let (name, how) = match wanted {
        What::Tag(tag) => (&tag.image, tag.how),
        What::Save(save) => (&save.image, save.how),
        What::Pull(pull) => (&pull.reference, pull.how),
    };
    if name.trim().is_empty() {
        let failure = Failure::new("look for the image", "no image is named");
        return Ok(refuse(&failure, Exit::Usage));
    }
    let here = match act::reach(arguments).await {
        Ok(here) => here,
        Err(code) => return Ok(code),
    };
    let image = ImageName {
        host: here.host.clone(),
        name: name.trim().into(),
    };
    let request = match wanted {
        What::Tag(tag) => Request::tag(image, tag.reference.clone()),
        What::Save(save) => Request::save(image, save.file.clone()),
        What::Pull(_) => Request::new(ActionName::PullImage, image),
    };
    let requests = [request];
    let verdict = consent::verdict(&shared.preferences, &here.containers, &requests);
    act::agree_and_carry(shared, here, &requests, verdict, how).await
}
