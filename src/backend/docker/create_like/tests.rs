use serde_json::{Value, json};

use super::{ApiVersion, Original, Request};

const OLD: ApiVersion = ApiVersion::new(1, 41);
const NEW: ApiVersion = ApiVersion::new(1, 51);
const ID: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// An original with these parts of its inspect answer and this configuration of its image.
fn original(config: Value, host: Value, rest: &Value, image: &Value) -> Original {
    let mut container = json!({ "Id": ID, "State": { "Running": true } });
    container["Config"] = config;
    container["HostConfig"] = host;
    for (key, value) in rest.as_object().unwrap() {
        container[key] = value.clone();
    }
    let mac = super::text(&container, "/Config/MacAddress");
    Original {
        mac: (!mac.is_empty()).then(|| mac.to_owned()),
        container,
        image: image.as_object().cloned(),
        machine: None,
    }
}

fn requested(original: &Original, version: ApiVersion) -> Request {
    original.request("new:2", version).unwrap()
}

/// What of this configuration stays when the image has that one.
fn kept(config: Value, image: &Value) -> Value {
    let original = original(config, json!({}), &json!({}), image);
    let mut body = requested(&original, OLD).body;
    let fields = body.as_object_mut().unwrap();
    assert_eq!(fields.remove("Image"), Some("new:2".into()));
    fields.remove("HostConfig");
    fields.remove("NetworkingConfig");
    body
}

#[test]
fn what_the_image_says_is_left_to_the_new_one() {
    let image = json!({
        "Env": ["PATH=/bin", "VERSION=1"], "Cmd": ["serve"], "Entrypoint": null, "User": "web",
        "WorkingDir": "/srv", "StopSignal": "SIGQUIT", "Labels": { "version": "1", "team": "x" },
        "ExposedPorts": { "80/tcp": {} }, "Volumes": { "/data": {} }, "OnBuild": ["RUN x"],
        "Healthcheck": { "Test": ["CMD", "check"], "Interval": 5 },
    });
    let mut container = image.clone();
    container["Env"] = json!(["VERSION=1", "MINE=1", "PATH=/opt/bin"]);
    container["Labels"] = json!({ "version": "1", "team": "y", "mine": "1" });
    container["ExposedPorts"] = json!({ "80/tcp": {}, "81/tcp": {} });
    container["Volumes"] = json!({ "/data": {}, "/mine": {} });
    container["Unknown"] = json!({ "field": [1, 2.5, null] });
    assert_eq!(
        kept(container, &image),
        json!({
            "Env": ["MINE=1", "PATH=/opt/bin"],
            "Labels": { "team": "y", "mine": "1" },
            "ExposedPorts": { "81/tcp": {} },
            "Volumes": { "/mine": {} },
            "Unknown": { "field": [1, 2.5, null] },
        })
    );
    // Of an image that is gone nothing is known.
    let mut all = image.clone();
    all.as_object_mut().unwrap().remove("OnBuild");
    assert_eq!(kept(image, &Value::Null), all);
}

#[test]
fn what_somebody_set_stays() {
    let image = json!({ "User": "web", "StopSignal": "SIGQUIT", "WorkingDir": "/srv" });
    let container = json!({ "User": "0", "StopSignal": "SIGTERM", "WorkingDir": "/" });
    assert_eq!(kept(container.clone(), &image), container);
}

#[test]
fn an_entry_point_and_its_command_go_or_stay_together() {
    let image = json!({ "Entrypoint": ["run"], "Cmd": ["serve"] });
    for (container, left) in [
        (
            json!({ "Entrypoint": ["run"], "Cmd": ["serve"] }),
            json!({}),
        ),
        (
            json!({ "Entrypoint": ["run"], "Cmd": ["x"] }),
            json!({ "Cmd": ["x"] }),
        ),
        // `--entrypoint run` without a command: the image's would come back.
        (
            json!({ "Entrypoint": ["run"], "Cmd": null }),
            json!({ "Entrypoint": ["run"], "Cmd": null }),
        ),
        // With an entry point of its own the new image's command would not be taken over.
        (
            json!({ "Entrypoint": ["sh"], "Cmd": ["serve"] }),
            json!({ "Entrypoint": ["sh"], "Cmd": ["serve"] }),
        ),
        (
            json!({ "Entrypoint": [""], "Cmd": ["serve"] }),
            json!({ "Entrypoint": [""], "Cmd": ["serve"] }),
        ),
    ] {
        assert_eq!(kept(container, &image), left);
    }
    let bare = json!({ "Entrypoint": null, "Cmd": null });
    assert_eq!(kept(bare, &json!({ "Cmd": [] })), json!({}));
}

#[test]
fn a_health_check_keeps_the_fields_that_differ() {
    let image = json!({ "Healthcheck": { "Test": ["CMD", "a"], "Interval": 5 } });
    let container = json!({ "Healthcheck": { "Test": ["CMD", "a"], "Interval": 9 } });
    assert_eq!(
        kept(container, &image),
        json!({ "Healthcheck": { "Interval": 9 } })
    );
    let off = json!({ "Healthcheck": { "Test": ["NONE"] } });
    assert_eq!(kept(off.clone(), &image), off);
}

#[test]
fn a_published_port_stays_exposed() {
    let original = original(
        json!({ "ExposedPorts": { "80/tcp": {}, "81/tcp": {} } }),
        json!({ "PortBindings": { "80/tcp": [{ "HostIp": "", "HostPort": "8080" }] } }),
        &json!({}),
        &json!({ "ExposedPorts": { "80/tcp": {}, "81/tcp": {} } }),
    );
    let body = requested(&original, OLD).body;
    assert_eq!(body["ExposedPorts"], json!({ "80/tcp": {} }));
}

#[test]
fn a_host_name_that_was_made_up_is_made_up_again() {
    assert_eq!(
        kept(json!({ "Hostname": "0123456789ab" }), &json!({})),
        json!({})
    );
    let given = json!({ "Hostname": "web", "Domainname": "example.org" });
    assert_eq!(kept(given.clone(), &json!({})), given);
    let mode = |mode: &str, hostname: &str| {
        let config =
            json!({ "Hostname": hostname, "Domainname": "d", "ExposedPorts": { "1/tcp": {} } });
        let host = json!({ "NetworkMode": mode });
        let mut original = original(config, host, &json!({}), &Value::Null);
        original.machine = Some("nas".to_owned());
        requested(&original, OLD).body
    };
    let guest = mode("container:0f", "others");
    assert!(
        ["Hostname", "Domainname", "ExposedPorts"]
            .iter()
            .all(|key| guest.get(key).is_none())
    );
    assert_eq!(guest["HostConfig"]["NetworkMode"], "container:0f");
    assert_eq!(mode("host", "nas").get("Hostname"), None);
    assert_eq!(mode("host", "web")["Hostname"], "web");
}

fn in_networks(mode: &str, networks: &Value) -> Original {
    original(
        json!({}),
        json!({ "NetworkMode": mode }),
        &json!({ "NetworkSettings": { "Networks": networks } }),
        &json!({}),
    )
}

fn two_networks() -> Value {
    json!({
        "front": {
            "IPAMConfig": { "IPv4Address": "172.30.1.9" }, "Links": null,
            "Aliases": ["web", "0123456789ab"], "NetworkID": "f0", "EndpointID": "e0",
            "Gateway": "172.30.1.1", "IPAddress": "172.30.1.9", "IPPrefixLen": 24, "IPv6Gateway": "",
            "GlobalIPv6Address": "", "GlobalIPv6PrefixLen": 0, "MacAddress": "02:42:ac:1e:01:09",
            "DriverOpts": null, "DNSNames": ["web"], "GwPriority": 7,
        },
        "back": { "Aliases": null, "DriverOpts": { "a": "b" }, "MacAddress": "02:42:00:00:00:01" },
    })
}

#[test]
fn an_old_engine_is_told_of_one_network_and_connected_to_the_others() {
    let front = json!({
        "IPAMConfig": { "IPv4Address": "172.30.1.9" }, "Links": null, "Aliases": ["web"],
        "DriverOpts": null, "GwPriority": 7,
    });
    let back = json!({ "Aliases": null, "DriverOpts": { "a": "b" } });
    for mode in ["front", "f0"] {
        let request = requested(&in_networks(mode, &two_networks()), OLD);
        let at_once = &request.body["NetworkingConfig"]["EndpointsConfig"];
        assert_eq!(*at_once, json!({ "front": front }));
        assert_eq!(request.others, [("back".to_owned(), back.clone())]);
        assert_eq!(request.body["HostConfig"]["NetworkMode"], mode);
    }
    let request = requested(&in_networks("front", &two_networks()), NEW);
    let at_once = &request.body["NetworkingConfig"]["EndpointsConfig"];
    assert_eq!(*at_once, json!({ "front": front, "back": back }));
    assert!(request.others.is_empty());
}

#[test]
fn a_container_that_left_its_first_network_does_not_return_to_it() {
    let request = requested(&in_networks("gone", &json!({ "back": {} })), OLD);
    assert_eq!(request.body["HostConfig"]["NetworkMode"], "back");
    assert!(request.others.is_empty());
    let request = requested(
        &in_networks("default", &json!({ "bridge": {}, "back": {} })),
        OLD,
    );
    assert_eq!(request.body["HostConfig"]["NetworkMode"], "default");
    assert_eq!(request.others.len(), 1);
    for mode in ["host", "none", "container:0f"] {
        let request = requested(&in_networks(mode, &json!({ mode: {} })), OLD);
        assert_eq!(
            request.body["NetworkingConfig"],
            json!({ "EndpointsConfig": {} })
        );
        assert_eq!(request.body["HostConfig"]["NetworkMode"], mode);
    }
}

#[test]
fn only_a_mac_address_that_somebody_gave_is_kept() {
    let mut original = in_networks("front", &two_networks());
    let mac = |original: &Original, network: &str| {
        let pointer = format!("/NetworkingConfig/EndpointsConfig/{network}/MacAddress");
        let body = requested(original, NEW).body;
        assert_eq!(body.get("MacAddress"), None);
        body.pointer(&pointer).cloned()
    };
    assert_eq!(mac(&original, "front"), None);
    assert_eq!(mac(&original, "back"), None);
    original.mac = Some("02:42:ac:1e:01:99".to_owned());
    original.container["Config"]["MacAddress"] = "02:42:ac:1e:01:99".into();
    original.container["State"]["Running"] = false.into();
    assert_eq!(mac(&original, "front"), Some("02:42:ac:1e:01:99".into()));
    assert_eq!(mac(&original, "back"), Some("02:42:00:00:00:01".into()));
    let old = requested(&original, OLD).body;
    assert_eq!(old["MacAddress"], "02:42:ac:1e:01:99");
}

#[test]
fn volumes_without_a_name_are_kept_by_the_one_they_got() {
    let volume = |name: &str, destination: &str, writable: bool| json!({ "Type": "volume", "Name": name, "Destination": destination, "RW": writable });
    let mut original = original(
        json!({ "Volumes": { "/short/": {}, "/locked": {} } }),
        json!({
            "Binds": ["named:/named/:ro", "/etc:/etc", "/alone"],
            "Mounts": [
                { "Type": "volume", "Target": "/long", "VolumeOptions": { "NoCopy": true } },
                { "Type": "volume", "Source": "other", "Target": "/other" },
                { "Type": "tmpfs", "Target": "/tmp" },
            ],
        }),
        &json!({ "Mounts": [
            volume("named", "/named", false), volume("0a", "/short", true),
            volume("0b", "/locked", false), volume("0c", "/long", true),
            volume("other", "/other", true), volume("0d", "/alone", true), volume("0e", "/image", true),
            { "Type": "bind", "Source": "/etc", "Destination": "/etc" },
            { "Type": "tmpfs", "Destination": "/tmp" },
        ]}),
        &json!({ "Volumes": { "/image": {} } }),
    );
    let host = requested(&original, OLD).body["HostConfig"].clone();
    assert_eq!(
        host["Binds"],
        json!([
            "named:/named/:ro",
            "/etc:/etc",
            "0d:/alone",
            "0a:/short",
            "0b:/locked:ro",
            "0e:/image"
        ])
    );
    assert_eq!(
        host["Mounts"],
        json!([
            { "Type": "volume", "Source": "0c", "Target": "/long", "VolumeOptions": { "NoCopy": true } },
            { "Type": "volume", "Source": "other", "Target": "/other" },
            { "Type": "tmpfs", "Target": "/tmp" },
        ])
    );
    // What another container brings along it brings along again.
    original.container["HostConfig"]["VolumesFrom"] = json!(["other:ro"]);
    let host = requested(&original, OLD).body["HostConfig"].clone();
    let binds = json!([
        "named:/named/:ro",
        "/etc:/etc",
        "0d:/alone",
        "0a:/short",
        "0b:/locked:ro"
    ]);
    assert_eq!(host["Binds"], binds);
}

#[test]
fn an_answer_without_a_configuration_is_garbage() {
    let original = original(Value::Null, json!({}), &json!({}), &json!({}));
    assert!(original.request("new:2", OLD).is_err());
}
