//! Asks about images, and looks into their layers.

use tokio_util::sync::CancellationToken;

use crate::app::imaging::{ImageEffect, ImageMsg};
use crate::app::{HostMsg, Msg};
use crate::layers;

use super::asks;
use super::host::{HostHandle, Inbox};

/// Does what is wanted, and tells what is found. A look ends when it is told to stop.
pub(super) fn carry_out(
    host: &HostHandle,
    wanted: ImageEffect,
    stop: CancellationToken,
    inbox: Inbox,
) -> impl Future<Output = ()> + use<> {
    let engine = asks::engine(host, "look at the images");
    let id = host.id.clone();
    async move {
        let tell = async |answer| {
            let message = Msg::Host(id.clone(), HostMsg::Imaging(answer));
            let _ = inbox.send(message).await;
        };
        match wanted {
            ImageEffect::AskPlatforms(images) => {
                if let Ok(engine) = engine {
                    let platforms = layers::platforms(&*engine, images).await;
                    tell(ImageMsg::Platforms(platforms)).await;
                }
            }
            ImageEffect::AskHistory(image) => {
                let history = match engine {
                    Ok(engine) => {
                        let history = engine.image_history(image.as_str()).await;
                        history.map_err(|error| error.failure("ask what made the image"))
                    }
                    Err(failure) => Err(failure),
                };
                tell(ImageMsg::History(image, history)).await;
            }
            ImageEffect::Look(image) => {
                let looking = async {
                    let progress = |read| tell(ImageMsg::Looking(image.clone(), read));
                    layers::look(&*engine?, &image, progress).await
                };
                if let Some(answer) = stop.run_until_cancelled(looking).await {
                    tell(ImageMsg::Looked(image.clone(), Box::new(answer))).await;
                }
            }
            ImageEffect::StopLooking => {}
        }
    }
}
