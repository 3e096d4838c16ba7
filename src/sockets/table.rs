//! The kernel's tables of sockets: `/proc/PID/net/{tcp,tcp6,udp,udp6}` (proc(5), `Documentation/networking/proc_net_tcp.rst`).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::domain::{Listener, Protocol};

/// One of the tables.
#[derive(Debug, Clone, Copy)]
pub(super) struct Table {
    /// Its file in `/proc/PID/net`.
    pub(super) file: &'static str,
    protocol: Protocol,
    /// The state of a socket that waits for whoever comes: `TCP_LISTEN`; of UDP one that is connected to nobody.
    waiting: &'static str,
}

pub(super) const TABLES: [Table; 4] = [
    Table {
        file: "tcp",
        protocol: Protocol::Tcp,
        waiting: "0A",
    },
    Table {
        file: "tcp6",
        protocol: Protocol::Tcp,
        waiting: "0A",
    },
    Table {
        file: "udp",
        protocol: Protocol::Udp,
        waiting: "07",
    },
    Table {
        file: "udp6",
        protocol: Protocol::Udp,
        waiting: "07",
    },
];

/// The sockets of a table that wait for whoever comes, with their inodes.
pub(super) fn listening(text: &str, table: Table) -> impl Iterator<Item = (u64, Listener)> {
    text.lines().filter_map(move |line| {
        // `0: 0100007F:0CEA 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 12345 …`
        let mut fields = line.split_ascii_whitespace();
        let local = fields.nth(1)?;
        let state = fields.nth(1)?;
        let inode = fields.nth(5)?.parse().ok()?;
        if state != table.waiting {
            return None;
        }
        let (address, port) = local.split_once(':')?;
        let port = u16::from_str_radix(port, 16).ok()?;
        let listener = Listener {
            address: parse(address)?,
            port,
            protocol: table.protocol,
        };
        (port > 0).then_some((inode, listener))
    })
}

/// An address as the kernel prints it: words of four bytes, each a number in the machine's own order.
fn parse(hex: &str) -> Option<IpAddr> {
    let word = |at: usize| -> Option<[u8; 4]> {
        let digits = hex.get(at * 8..at * 8 + 8)?;
        Some(u32::from_str_radix(digits, 16).ok()?.to_ne_bytes())
    };
    match hex.len() {
        8 => Some(Ipv4Addr::from(word(0)?).into()),
        32 => {
            let mut bytes = [0; 16];
            for (at, place) in bytes.chunks_exact_mut(4).enumerate() {
                place.copy_from_slice(&word(at)?);
            }
            Some(IpAddr::from(Ipv6Addr::from(bytes)).to_canonical())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, table: Table) -> Vec<(u64, String)> {
        listening(text, table)
            .map(|(inode, one)| {
                let at = std::net::SocketAddr::new(one.address, one.port);
                (inode, format!("{at}/{}", one.protocol.word()))
            })
            .collect()
    }

    /// As a machine prints it whose lowest byte comes first.
    #[cfg(target_endian = "little")]
    #[test]
    fn what_waits_is_told_from_what_talks() {
        let tcp = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0CEA 00000000:0000 0A 00000000:00000000 00:00000000 00000000   104        0 18921 1 ffff 100 0 0 10 0
   1: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 777 1 ffff 100 0 0 10 0
   2: 0100007F:9C40 0100007F:0CEA 01 00000000:00000000 00:00000000 00000000   104        0 18922 1 ffff 20 4 30 10 -1";
        assert_eq!(
            read(tcp, TABLES[0]),
            [
                (18_921, "127.0.0.1:3306/tcp".to_owned()),
                (777, "0.0.0.0:80/tcp".to_owned())
            ]
        );
        let tcp6 = "   0: 000080FE00000000FF005450B1E43AFE:01BB 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 5 1
   1: 0000000000000000FFFF00000100007F:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 6 1";
        assert_eq!(
            read(tcp6, TABLES[1]),
            [
                (5, "[fe80::5054:ff:fe3a:e4b1]:443/tcp".to_owned()),
                (6, "127.0.0.1:8080/tcp".to_owned())
            ]
        );
        let udp = "  9: 00000000:14E9 00000000:0000 07 00000000:00000000 00:00000000 00000000 108 0 41 2 ffff 0";
        assert_eq!(read(udp, TABLES[2]), [(41, "0.0.0.0:5353/udp".to_owned())]);
    }

    #[test]
    fn what_is_no_line_of_a_table_is_passed_over() {
        for line in [
            "",
            "0:",
            "0: é00007F:0CEA 00000000:0000 0A 0 0 0 0 0 5",
            "0: 0100007:0CEA 00000000:0000 0A 0 0 0 0 0 5",
            "0: 0100007F:XXXX 00000000:0000 0A 0 0 0 0 0 5",
            "0: 0100007F:0000 00000000:0000 0A 0 0 0 0 0 5",
            "0: 0100007F:0CEA 00000000:0000 0A 0 0 0 0 0 -1",
        ] {
            assert_eq!(read(line, TABLES[0]), [], "{line}");
        }
    }
}
