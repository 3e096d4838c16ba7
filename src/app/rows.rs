//! Which rows each view lists, in which order: folds, filters and sorting applied to what the hosts hold.

use std::cmp::{Ordering, Reverse};

use crate::domain::{Certificate, HostId, Service, Severity, Urgency};

use super::filter::Filter;
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
            let mut filter = Filter::new(&model.job_rows.filter);
            let rows = model
                .jobs
                .iter()
                .filter(|job| {
                    !model.job_rows.only_problems
                        || matches!(job.outcome(), Some(crate::domain::Outcome::Failed { .. }))
                })
                .filter(|job| filter.matches(&job.title))
                .map(|job| job.id)
                .collect();
            model.job_rows.set(rows);
        }
        View::Hosts => {
            let mut filter = Filter::new(&model.host_rows.filter);
            let rows = model
                .hosts
                .iter()
                .filter(|host| !model.host_rows.only_problems || host.is_stale())
                .filter(|host| filter.matches(host.id.as_str()))
                .map(|host| host.id.clone())
                .collect();
            model.host_rows.set(rows);
        }
    }
}

fn service_rows(model: &Model) -> Vec<ServiceRow> {
    let mut rows = Vec::new();
    let mut filter = Filter::new(&model.services.filter);
    let narrowed = !model.services.filter.is_empty() || model.services.only_problems;
    for host in &model.hosts {
        let mut left: Vec<&Service> = host
            .services
            .iter()
            .filter(|service| !model.services.only_problems || has_problem(host, service))
            .filter(|service| filter.matches(&haystack(host, service)))
            .collect();
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

/// Whether a service needs somebody.
pub fn has_problem(host: &Host, service: &Service) -> bool {
    service.state.severity() > Severity::Fine
        || host.containers_of(service).any(|container| {
            container
                .detail
                .as_ref()
                .is_some_and(|detail| detail.oom_killed)
        })
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
    let mut filter = Filter::new(&list.filter);
    let mut left: Vec<&Certificate> = model
        .hosts
        .iter()
        .filter_map(|host| host.certificates.value.as_ref())
        .flat_map(|found| &found.certificates)
        .filter(|certificate| !list.only_problems || certificate.urgency(model.now) > Urgency::Fine)
        .filter(|certificate| {
            let places = certificate.places.iter().map(|place| &*place.container);
            let names = certificate.names.iter().map(String::as_str);
            let text: Vec<&str> = names
                .chain(places)
                .chain([certificate.issuer.as_str()])
                .take(200)
                .collect();
            filter.matches(&format!("{} {}", certificate.title(), text.join(" ")))
        })
        .collect();
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

fn volume_rows(model: &Model) -> Vec<crate::domain::VolumeId> {
    let list = &model.volumes;
    let mut filter = Filter::new(&list.filter);
    let mut rows = Vec::new();
    for host in &model.hosts {
        let size = |id: &crate::domain::VolumeId| {
            host.volume_sizes
                .value
                .as_ref()
                .and_then(|sizes| sizes.get(id))
                .copied()
        };
        let mut left: Vec<_> = host
            .volumes
            .value
            .iter()
            .flatten()
            .filter(|volume| {
                // "A problem" of a volume is that nobody uses it.
                !list.only_problems || host.users_of_volume(&volume.id).is_empty()
            })
            .filter(|volume| filter.matches(&volume.id.name))
            .map(|volume| &volume.id)
            .collect();
        left.sort_by(|a, b| (Reverse(size(a)), a).cmp(&(Reverse(size(b)), b)));
        rows.extend(left.into_iter().cloned());
    }
    rows
}

fn image_rows(model: &Model) -> Vec<(HostId, crate::domain::ImageId)> {
    let list = &model.images;
    let mut filter = Filter::new(&list.filter);
    let mut rows = Vec::new();
    for host in &model.hosts {
        let mut left: Vec<_> = host
            .images
            .value
            .iter()
            .flatten()
            .filter(|image| {
                // "A problem" of an image is that nobody runs it.
                !list.only_problems || host.users_of_image(image).next().is_none()
            })
            .filter(|image| {
                filter.matches(&format!("{} {}", image.tags.join(" "), image.id.short()))
            })
            .collect();
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
