//! Which rows each view lists, in which order: folds, filters and sorting applied to what the hosts hold.

mod cache;
mod certificates;
pub(crate) mod events;

use std::cmp::{Ordering, Reverse};
use std::collections::HashMap;

use crate::domain::order::natural;
use crate::domain::{
    ByteSize, HostId, Image, ImageId, Job, Outcome, Service, ServiceId, Storage, StorageId, Usage,
};

use super::filter::narrow;
use super::findings::of_service;
use super::host::Host;
use super::model::{Model, ServiceRow};
use super::view::{ImageOrder, ServiceOrder, View};

mod networks;

/// Makes the rows of a view anew; the cursor stays on its row.
pub fn refresh(model: &mut Model, view: View) {
    match view {
        View::Services | View::Logs => {
            let rows = service_rows(model);
            let before = model.services.cursor.selected.clone();
            model.services.set(rows);
            if model.services.cursor.selected != before {
                model.detail.selection_changed();
            }
        }
        View::Certificates => {
            let rows = certificates::rows(model);
            model.certificates.set(rows);
        }
        View::Volumes => {
            let rows = volume_rows(model);
            model.volumes.set(rows);
        }
        View::Images => {
            let rows = image_rows(model);
            model.images.set(rows);
            let rows = cache::rows(model);
            model.cache.set(rows);
        }
        View::Networks => networks::refresh(model),
        View::Events => events::refresh(model),
        View::Jobs => {
            let list = &model.job_rows;
            let failed = |job: &&Job| {
                use Outcome::{Failed, Interrupted, RolledBack};
                let outcome = job.outcome();
                matches!(
                    outcome,
                    Some(Failed { .. } | RolledBack { .. } | Interrupted { .. })
                )
            };
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
                !model.services.only_problems
                    || of_service(host, service, &model.jobs, model.now).is_some()
            })
            .collect();
        let left = narrow(left, &model.services.filter, |service| {
            haystack(host, service)
        });
        let grouped = left.iter().any(|service| service.id.project.is_some());
        let mut heading = None;
        for service in sorted(host, model.order, left) {
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

/// Project by project, those of none last; within each in the order that was chosen, equals by name.
fn sorted<'a>(host: &Host, order: ServiceOrder, services: Vec<&'a Service>) -> Vec<&'a Service> {
    let by_usage = matches!(order, ServiceOrder::Cpu | ServiceOrder::Memory);
    // The sums over the containers are made once a service, not at each comparison.
    let mut with_usage: Vec<(&Service, Usage)> = services
        .into_iter()
        .map(|service| {
            let usage = by_usage.then(|| host.usage_of_service(service)).flatten();
            (service, usage.unwrap_or_default())
        })
        .collect();
    with_usage.sort_by(|a, b| {
        by_project(&a.0.id, &b.0.id)
            .then_with(|| compare(order, a, b))
            .then_with(|| natural(&a.0.id.name, &b.0.id.name))
    });
    with_usage.into_iter().map(|(service, _)| service).collect()
}

fn by_project(a: &ServiceId, b: &ServiceId) -> Ordering {
    match (&a.project, &b.project) {
        (Some(a), Some(b)) => natural(a, b),
        (a, b) => a.is_none().cmp(&b.is_none()),
    }
}

fn compare(
    order: ServiceOrder,
    (a, a_usage): &(&Service, Usage),
    (b, b_usage): &(&Service, Usage),
) -> Ordering {
    match order {
        ServiceOrder::Name => Ordering::Equal,
        ServiceOrder::State => b.state.cmp(&a.state),
        ServiceOrder::Cpu => {
            let used = |usage: &Usage| usage.cpu_percent.unwrap_or(0.0);
            used(b_usage).total_cmp(&used(a_usage))
        }
        ServiceOrder::Memory => b_usage.memory.cmp(&a_usage.memory),
        // The longest-running first; what does not run last.
        ServiceOrder::Uptime => {
            (a.up_since.is_none(), a.up_since).cmp(&(b.up_since.is_none(), b.up_since))
        }
        ServiceOrder::Restarts => b.restarts.cmp(&a.restarts),
    }
}

fn volume_rows(model: &Model) -> Vec<StorageId> {
    let list = &model.volumes;
    let mut rows = Vec::new();
    for host in &model.hosts {
        // "A problem" of a place is that nobody uses it.
        let places = host.storing.places.iter();
        let left = places
            .filter(|place| !list.only_problems || place.users.is_empty())
            .collect();
        let mut left = narrow(left, &list.filter, |place: &&Storage| {
            let services = place.services();
            let users: Vec<String> = services.iter().map(ToString::to_string).collect();
            format!("{} {}", place.id.name, users.join(" "))
        });
        left.sort_by(|a, b| {
            let size = |place: &Storage| Reverse(host.storing.size(&place.id));
            let larger_first = size(a).cmp(&size(b));
            // What is of the system is nobody's data, and comes last.
            let own_first = a.is_of_system().cmp(&b.is_of_system());
            let by_name = || natural(&a.id.name, &b.id.name);
            own_first.then(larger_first).then_with(by_name)
        });
        rows.extend(left.into_iter().map(|place| place.id.clone()));
    }
    rows
}

fn image_rows(model: &Model) -> Vec<(HostId, ImageId)> {
    let list = &model.images;
    let mut rows = Vec::new();
    for host in &model.hosts {
        // "A problem" of an image is that nobody runs it, and nothing keeps it to be gone back to.
        let left = host
            .images
            .value
            .iter()
            .flatten()
            .filter(|image| !list.only_problems || host.is_unused(image))
            .collect();
        let mut left = narrow(left, &list.filter, |image: &&Image| {
            let names: Vec<&str> = image.names().collect();
            let kept = host.kept_for(image).join(" ");
            format!("{} {kept} {}", names.join(" "), image.id.short())
        });
        sort_images(host, model.image_order, &mut left);
        rows.extend(
            left.into_iter()
                .map(|image| (host.id.clone(), image.id.clone())),
        );
    }
    rows
}

/// The greatest or oldest first; equals by size, then by name.
fn sort_images(host: &Host, order: ImageOrder, images: &mut [&Image]) {
    let usage = host.storing.engine.value.iter();
    let shares = usage.flat_map(|usage| &usage.images);
    let unique: HashMap<&ImageId, ByteSize> = shares
        .filter_map(|share| Some((&share.id, share.unique()?)))
        .collect();
    let by_size = |a: &Image, b: &Image| {
        (Reverse(a.size), &a.tags, &a.id).cmp(&(Reverse(b.size), &b.tags, &b.id))
    };
    images.sort_by(|a, b| {
        let first = match order {
            ImageOrder::Size => Ordering::Equal,
            ImageOrder::Unique => unique.get(&b.id).cmp(&unique.get(&a.id)),
            ImageOrder::Age => a.created.cmp(&b.created),
            // What has no name comes last.
            ImageOrder::Name => match (a.names().next(), b.names().next()) {
                (Some(a), Some(b)) => natural(a, b),
                (a, b) => a.is_none().cmp(&b.is_none()),
            },
        };
        first.then_with(|| by_size(a, b))
    });
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::app::fixture;

    /// The names of the services of a host with these lone containers, in an order.
    fn names(order: ServiceOrder, names: &[&str]) -> Vec<String> {
        let mut model = fixture::model();
        let host = &mut model.hosts[0];
        let one = host.containers[&fixture::container_id("lego")].clone();
        host.containers.clear();
        for name in names {
            let mut container = one.clone();
            container.id = fixture::container_id(name);
            container.name = Arc::from(*name);
            host.containers.insert(container.id.clone(), container);
        }
        host.regroup();
        model.order = order;
        let services = service_rows(&model)
            .into_iter()
            .filter_map(|row| match row {
                ServiceRow::Service(id) => Some(id.name.to_string()),
                _ => None,
            });
        services.collect()
    }

    #[test]
    fn numbers_in_names_count_as_numbers() {
        let mixed = ["p10", "120", "p2", "p1", "12", "108"];
        let sorted = ["12", "108", "120", "p1", "p2", "p10"];
        assert_eq!(names(ServiceOrder::Name, &mixed), sorted);
        assert_eq!(names(ServiceOrder::Cpu, &mixed), sorted, "equals by name");
    }

    #[test]
    fn the_greatest_use_comes_first() {
        let mut model = fixture::model();
        model.order = ServiceOrder::Cpu;
        let rows = service_rows(&model);
        let ServiceRow::Service(first) = &rows[1] else {
            panic!("{:?}", rows[1])
        };
        assert_eq!(&*first.name, "nextcloud");
    }

    #[test]
    fn images_are_sorted_in_four_ways() {
        let mut model = fixture::model();
        let first = |model: &mut Model, order| {
            model.image_order = order;
            let (_, id) = image_rows(model).swap_remove(0);
            let images = model.hosts[0].images.value.as_ref().unwrap();
            let image = images.iter().find(|image| image.id == id).unwrap();
            image.names().next().unwrap_or("none").to_owned()
        };
        assert_eq!(first(&mut model, ImageOrder::Size), "nextcloud:31-apache");
        let free = first(&mut model, ImageOrder::Unique);
        assert_eq!(free, "mattermost/mattermost-team-edition:10.8.1");
        assert_eq!(first(&mut model, ImageOrder::Age), "wireguard:1.0");
        assert_eq!(
            first(&mut model, ImageOrder::Name),
            "certbot/certbot:v5.1.0"
        );
    }

    #[test]
    fn volumes_of_one_size_go_by_name() {
        let mut model = fixture::model();
        let host = &mut model.hosts[0];
        let mut volumes = host.volumes.value.clone().unwrap_or_default();
        volumes.truncate(3);
        for (volume, name) in volumes.iter_mut().zip(["data10", "data9", "data1"]) {
            volume.id.name = Arc::from(name);
        }
        host.volumes.answer(Ok(volumes), model.now);
        host.regroup_storage();
        let rows = volume_rows(&model);
        let names: Vec<&str> = rows.iter().map(|id| &*id.name).collect();
        assert_eq!(names, ["data1", "data9", "data10"]);
    }
}
