//! Inspect answers.

use super::*;
use crate::domain::Protocol;

const RUNNING: &str = r#"{
  "Id": "4f3c", "Created": "2026-11-21T07:15:00.5Z", "Path": "/bin/sh", "Args": ["-c", "sleep 1"],
  "State": {"Status": "running", "Running": true, "OOMKilled": false, "Pid": 4242, "ExitCode": 0, "Error": "",
            "StartedAt": "2026-11-21T07:15:01Z", "FinishedAt": "0001-01-01T00:00:00Z",
            "Health": {"Status": "healthy", "FailingStreak": 0,
                       "Log": [{"Start": "2026-11-21T08:15:01.1+01:00", "End": "x", "ExitCode": 0, "Output": "ok\n"}]}},
  "Image": "sha256:aa", "Name": "/web", "RestartCount": 3,
  "HostConfig": {"NetworkMode": "default", "Memory": 67108864, "LogConfig": {"Type": "json-file", "Config": {}},
                 "RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 5}},
  "Mounts": [],
  "Config": {"User": "", "Tty": true, "Env": ["A=b=c", "ODD"], "Cmd": ["-c", "sleep 1"], "Image": "busybox:1",
             "Entrypoint": ["/bin/sh"], "WorkingDir": "/w", "Labels": {"k": "v"}, "Healthcheck": {"Test": ["CMD", "true"]}},
  "NetworkSettings": {"Ports": {"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}], "53/udp": null},
                      "Networks": {"bridge": {"IPAddress": "", "GlobalIPv6Address": "fd00::2", "Aliases": ["w"]}}}
}"#;

fn parse(json: &str) -> Container {
    read(serde_json::from_str(json).unwrap(), &HostId::from("local"))
}

#[test]
fn a_running_container_is_read() {
    let container = parse(RUNNING);
    assert_eq!(&*container.name, "web");
    assert_eq!(&*container.image, "busybox:1");
    assert_eq!(container.command, "/bin/sh -c sleep 1");
    assert_eq!(container.health, Health::Healthy);
    assert_eq!(container.status, "Up (healthy)");
    assert_eq!(container.ports.len(), 2);
    assert_eq!(container.ports[0].protocol, Protocol::Udp);
    assert_eq!(container.ports[1].published, Some(8080));
    let detail = container.detail.unwrap();
    assert_eq!(detail.pid, Some(4242));
    assert_eq!((detail.finished_at, detail.exit_code), (None, None));
    assert_eq!(detail.restart_policy, "on-failure:5");
    assert_eq!(detail.restarts, 3);
    assert_eq!(detail.memory_limit, Some(ByteSize(64 << 20)));
    assert_eq!(
        (detail.env[0].name.as_str(), detail.env[0].value.as_str()),
        ("A", "b=c")
    );
    assert_eq!(detail.log.driver, "json-file");
    assert!(detail.tty && detail.has_health_check);
    assert_eq!(detail.health_log[0].output, "ok\n");
    assert_eq!(
        detail.health_log[0].at,
        "2026-11-21T07:15:01.1Z".parse().ok()
    );
    assert_eq!(detail.networks[0].addresses, ["fd00::2"]);
}

#[test]
fn how_it_ended_is_told_only_when_it_did() {
    let container = parse(
        r#"{"Id":"a","State":{"Status":"exited","ExitCode":137,"OOMKilled":true,"Pid":0,
            "FinishedAt":"2026-11-21T07:15:01Z"}}"#,
    );
    assert_eq!(container.status, "Exited (137)");
    let detail = container.detail.unwrap();
    assert_eq!(
        (detail.exit_code, detail.pid, detail.oom_killed),
        (Some(137), None, true)
    );
    assert_eq!(detail.restart_policy, "no");
    let never = parse(r#"{"Id":"a","State":{"Status":"created","ExitCode":0}}"#);
    assert_eq!(never.detail.unwrap().exit_code, None);
    let refused =
        parse(r#"{"Id":"a","State":{"Status":"created","ExitCode":127,"Error":"no such file"}}"#);
    let detail = refused.detail.unwrap();
    assert_eq!(
        (detail.exit_code, detail.error.as_deref()),
        (Some(127), Some("no such file"))
    );
}

#[test]
fn podmans_entrypoint_is_one_string_and_a_check_can_be_off() {
    let container = parse(
        r#"{"Id":"a","State":{"Status":"running","Healthcheck":{"Status":"starting","Log":null}},
            "Config":{"Entrypoint":"/entry","Cmd":null,"Healthcheck":{"Test":["NONE"]}}}"#,
    );
    assert_eq!(container.health, Health::Starting);
    let detail = container.detail.unwrap();
    assert_eq!(detail.entrypoint, ["/entry"]);
    assert!(detail.command.is_empty() && !detail.has_health_check);
}

#[test]
fn what_is_another_containers_is_borrowed() {
    let borrows = |host_config: &str| {
        let json = format!(r#"{{"Id":"a","HostConfig":{host_config}}}"#);
        parse(&json).detail.unwrap().borrows
    };
    for another in [
        r#"{"IpcMode":"container:4f3c"}"#,
        r#"{"PidMode":"container:4f3c"}"#,
        r#"{"VolumesFrom":["4f3c"]}"#,
    ] {
        assert!(borrows(another), "{another}");
    }
    let own = r#"{"IpcMode":"private","PidMode":"host","VolumesFrom":null}"#;
    assert!(!borrows(own));
}
