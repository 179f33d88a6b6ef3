//! One refresh of the processes per line of standard input, with a `System` that is kept: what the prototype's Rust
//! service should have done. Answers with its cost as one line of JSON.
use std::io::BufRead;
use sysinfo::{PidExt, ProcessExt, System, SystemExt};

fn milliseconds(clock: libc::clockid_t) -> f64 {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    unsafe { libc::clock_gettime(clock, &mut now) };
    now.tv_sec as f64 * 1e3 + now.tv_nsec as f64 / 1e6
}

fn main() {
    let mut system = System::new();
    for _line in std::io::stdin().lock().lines() {
        let cpu = milliseconds(libc::CLOCK_PROCESS_CPUTIME_ID);
        let wall = milliseconds(libc::CLOCK_MONOTONIC);
        system.refresh_processes();
        let rows: Vec<(u32, String, f32, u64)> = system
            .processes()
            .values()
            .map(|process| {
                (process.pid().as_u32(), process.name().to_string(), process.cpu_usage(), process.memory())
            })
            .collect();
        let cpu_ms = milliseconds(libc::CLOCK_PROCESS_CPUTIME_ID) - cpu;
        let wall_ms = milliseconds(libc::CLOCK_MONOTONIC) - wall;
        println!("{{\"cpuMs\":{cpu_ms:.4},\"wallMs\":{wall_ms:.4},\"rows\":{}}}", rows.len());
    }
}
