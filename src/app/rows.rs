//! Which rows each view lists, in which order: folds, filters and sorting applied to what the hosts hold.

use std::cmp::{Ordering, Reverse};

use crate::domain::{
    Certificate, HostId, Image, ImageId, Job, Outcome, Service, Urgency, VolumeId,
};

use super::filter::narrow;
use super::findings::of_service;
use super::host::Host;
use super::model::{Model, ServiceRow};
use super::view::{ServiceOrder, View};

/// Makes the rows of a view anew; the cursor stays on its row.
pub fn refresh(model: &mut Model, view: View) {
    match view {
        View::Services | View::Logs => {
            let rows = service_rows(model);
            model.services.set(rows);
        }
        View::Certificates => {
            let rows = certificate_rows(model);
            model.certificates.set(rows);
        }
        View::Volumes => {
            let rows = volume_rows(model);
            model.volumes.set(rows);
        }
        View::Images => {
            let rows = image_rows(model);
            model.images.set(rows);
        }
        View::Jobs => {
            let list = &model.job_rows;
            let failed = |job: &&Job| matches!(job.outcome(), Some(Outcome::Failed { .. }));
            let left = model
                .jobs
                .iter()
                .filter(|job| !list.only_problems || failed(job))
                .collect();
            let left = narrow(left, &list.filter, |job: &&Job| job.title.clone());
            let rows = left.into_iter().map(|job| job.id).collect();
            model.job_rows.set(rows);
        }
        View::Hosts => {
            let list = &model.host_rows;
            let left = model
                .hosts
                .iter()
                .filter(|host| !list.only_problems || host.is_stale())
                .collect();
            let left = narrow(left, &list.filter, |host: &&Host| host.id.to_string());
            let rows = left.into_iter().map(|host| host.id.clone()).collect();
            model.host_rows.set(rows);
        }
    }
}

fn service_rows(model: &Model) -> Vec<ServiceRow> {
    let mut rows = Vec::new();
    let narrowed = !model.services.filter.is_empty() || model.services.only_problems;
    for host in &model.hosts {
        let left: Vec<&Service> = host
            .services
            .iter()
            .filter(|service| {
                !model.services.only_problems || of_service(host, service, model.now).is_some()
            })
            .collect();
        let mut left = narrow(left, &model.services.filter, |service| {
            haystack(host, service)
        });
        let grouped = left.iter().any(|service| service.id.project.is_some());
        left.sort_by(|a, b| {
            (a.id.project.is_none(), &a.id.project)
                .cmp(&(b.id.project.is_none(), &b.id.project))
                .then_with(|| compare(host, model.order, a, b))
                .then_with(|| a.id.name.cmp(&b.id.name))
        });
        let mut heading = None;
        for service in left {
            let own = match service.id.project_id() {
                Some(project) => ServiceRow::Project(project),
                None => ServiceRow::Lone(host.id.clone()),
            };
            let shown = grouped || own != ServiceRow::Lone(host.id.clone());
            if shown && heading.as_ref() != Some(&own) {
                rows.push(own.clone());
                heading = Some(own.clone());
            }
            // What a filter finds is shown, folded or not.
            if model.folded.contains(&own) && !narrowed {
                continue;
            }
            rows.push(ServiceRow::Service(service.id.clone()));
            if model.opened.contains(&service.id) && service.containers.len() > 1 {
                rows.extend(
                    service
                        .containers
                        .iter()
                        .cloned()
                        .map(ServiceRow::Container),
                );
            }
        }
    }
    rows
}

/// What a filter of services looks at.
fn haystack(host: &Host, service: &Service) -> String {
    let mut text = format!("{} {}", service.id, service.state.word());
    for container in host.containers_of(service) {
        text.push(' ');
        text.push_str(&container.image);
        if *container.name != *service.id.name {
            text.push(' ');
            text.push_str(&container.name);
        }
    }
    text
}

fn compare(host: &Host, order: ServiceOrder, a: &Service, b: &Service) -> Ordering {
    let usage = |service: &Service| host.usage_of_service(service).unwrap_or_default();
    match order {
        ServiceOrder::Name => a.id.name.cmp(&b.id.name),
        ServiceOrder::State => b.state.cmp(&a.state),
        ServiceOrder::Cpu => usage(b).cpu_percent.total_cmp(&usage(a).cpu_percent),
        ServiceOrder::Memory => usage(b).memory.cmp(&usage(a).memory),
        // The longest-running first; what does not run last.
        ServiceOrder::Uptime => {
            (a.up_since.is_none(), a.up_since).cmp(&(b.up_since.is_none(), b.up_since))
        }
        ServiceOrder::Restarts => b.restarts.cmp(&a.restarts),
    }
}

fn certificate_rows(model: &Model) -> Vec<String> {
    let list = &model.certificates;
    let left: Vec<&Certificate> = model
        .hosts
        .iter()
        .filter_map(|host| host.certificates.value.as_ref())
        .flat_map(|found| &found.certificates)
        .filter(|certificate| !list.only_problems || certificate.urgency(model.now) > Urgency::Fine)
        .collect();
    let mut left = narrow(left, &list.filter, |certificate| {
        let places = certificate.places.iter().map(|place| &*place.container);
        let names = certificate.names.iter().map(String::as_str);
        let words = [certificate.title(), &certificate.issuer];
        words
            .into_iter()
            .chain(names)
            .chain(places)
            .collect::<Vec<_>>()
            .join(" ")
    });
    left.sort_by(|a, b| {
        (Reverse(a.urgency(model.now)), a.not_after, &a.sha256).cmp(&(
            Reverse(b.urgency(model.now)),
            b.not_after,
            &b.sha256,
        ))
    });
    left.dedup_by(|a, b| a.sha256 == b.sha256);
    left.into_iter()
        .map(|certificate| certificate.sha256.clone())
        .collect()
}

fn volume_rows(model: &Model) -> Vec<VolumeId> {
    let list = &model.volumes;
    let mut rows = Vec::new();
    for host in &model.hosts {
        let size = |id: &VolumeId| {
            host.volume_sizes
                .value
                .as_ref()
                .and_then(|sizes| sizes.get(id))
                .copied()
        };
        // "A problem" of a volume is that nobody uses it.
        let left = host
            .volumes
            .value
            .iter()
            .flatten()
            .map(|volume| &volume.id)
            .filter(|id| !list.only_problems || host.users_of_volume(id).is_empty())
            .collect();
        let mut left = narrow(left, &list.filter, |id: &&VolumeId| id.name.to_string());
        left.sort_by(|a, b| (Reverse(size(a)), a).cmp(&(Reverse(size(b)), b)));
        rows.extend(left.into_iter().cloned());
    }
    rows
}

fn image_rows(model: &Model) -> Vec<(HostId, ImageId)> {
    let list = &model.images;
    let mut rows = Vec::new();
    for host in &model.hosts {
        // "A problem" of an image is that nobody runs it.
        let left = host
            .images
            .value
            .iter()
            .flatten()
            .filter(|image| !list.only_problems || host.users_of_image(image).next().is_none())
            .collect();
        let mut left = narrow(left, &list.filter, |image: &&Image| {
            format!("{} {}", image.tags.join(" "), image.id.short())
        });
        left.sort_by(|a, b| {
            (Reverse(a.size), &a.tags, &a.id).cmp(&(Reverse(b.size), &b.tags, &b.id))
        });
        rows.extend(
            left.into_iter()
                .map(|image| (host.id.clone(), image.id.clone())),
        );
    }
    rows
}
