// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

//! The channels of crossbeam-channel, for "tschan-bench --peer".

use crossbeam_channel::{bounded, unbounded, Receiver, Select, Sender};
use std::thread;
use std::time::{Duration, Instant};

const NAME: &str = "crossbeam-channel";
const SLICES: u32 = 5;
const MAX_SLICES: usize = 64;
const PAIR_CAPACITY: i64 = 1024;

/// Does so many operations, and tells how long that took.
type Workload = Box<dyn Fn(u64) -> Duration>;

/// A negative capacity is none.
fn channel(capacity: i64) -> (Sender<u64>, Receiver<u64>) {
    if capacity < 0 {
        unbounded()
    } else {
        bounded(capacity as usize)
    }
}

struct Span {
    started: Instant,
    ended: Instant,
    sum: u64,
}

fn produce(queue: Sender<u64>, count: u64) -> Span {
    let started = Instant::now();
    for i in 1..=count {
        queue.send(i).unwrap();
    }
    Span { started, ended: Instant::now(), sum: 0 }
}

fn consume(queue: Receiver<u64>, count: u64) -> Span {
    let started = Instant::now();
    let mut sum = 0;
    for _ in 0..count {
        sum += queue.recv().unwrap();
    }
    Span { started, ended: Instant::now(), sum }
}

/// From the first that starts to the last that ends; every item counts, and arrived.
fn stream(capacity: i64, producers: u64, consumers: u64) -> Workload {
    Box::new(move |count| {
        let lots = producers * consumers;
        let count = (count + lots - 1) / lots * lots;
        let each = count / producers;
        let (sender, receiver) = channel(capacity);
        let mut threads = Vec::new();

        for _ in 0..consumers {
            let receiver = receiver.clone();
            threads.push(thread::spawn(move || consume(receiver, count / consumers)));
        }
        for _ in 0..producers {
            let sender = sender.clone();
            threads.push(thread::spawn(move || produce(sender, each)));
        }
        let spans: Vec<Span> = threads.into_iter().map(|t| t.join().unwrap()).collect();
        let sum: u64 = spans.iter().map(|span| span.sum).sum();
        assert_eq!(sum, producers * (each * (each + 1) / 2), "items were lost");
        let started = spans.iter().map(|span| span.started).min().unwrap();
        spans.iter().map(|span| span.ended).max().unwrap() - started
    })
}

fn ping_pong(capacity: i64) -> Workload {
    Box::new(move |count| {
        let (there, over_there) = channel(capacity);
        let (over_here, back) = channel(capacity);
        let pong = thread::spawn(move || {
            for _ in 0..count {
                over_here.send(over_there.recv().unwrap()).unwrap();
            }
        });
        let started = Instant::now();
        for i in 1..=count {
            there.send(i).unwrap();
            assert_eq!(back.recv().unwrap(), i, "the wrong item came back");
        }
        let took = started.elapsed();
        pong.join().unwrap();
        took
    })
}

fn alone(batch: u64) -> Workload {
    Box::new(move |count| {
        let (sender, receiver) = channel(PAIR_CAPACITY);
        let started = Instant::now();
        for _ in 0..(count + batch - 1) / batch {
            for i in 0..batch {
                sender.send(i).unwrap();
            }
            for _ in 0..batch {
                receiver.recv().unwrap();
            }
        }
        started.elapsed()
    })
}

fn selects(n: u64) -> Workload {
    Box::new(move |count| {
        let (senders, receivers): (Vec<_>, Vec<_>) = (0..n).map(|_| unbounded::<u64>()).unzip();
        let mut select = Select::new();
        for receiver in &receivers {
            select.recv(receiver);
        }
        let started = Instant::now();
        let producer = thread::spawn(move || {
            for i in 0..count {
                senders[(i % n) as usize].send(i).unwrap();
            }
            senders // so that none is closed before all was received
        });
        for _ in 0..count {
            let operation = select.select();
            let index = operation.index();
            operation.recv(&receivers[index]).unwrap();
        }
        let took = started.elapsed();
        producer.join().unwrap();
        took
    })
}

fn workloads() -> Vec<(String, Workload)> {
    let mut all: Vec<(String, Workload)> = Vec::new();
    for (name, capacity) in [("0", 0), ("1", 1), ("64", 64), ("1024", 1024), ("unlimited", -1)] {
        all.push((format!("W1,cap={}", name), stream(capacity, 1, 1)));
    }
    for (name, capacity) in [("0", 0), ("64", 64), ("unlimited", -1)] {
        all.push((format!("W2,cap={}", name), stream(capacity, 4, 4)));
    }
    for (name, capacity) in [("64", 64), ("unlimited", -1)] {
        all.push((format!("W3,cap={}", name), stream(capacity, 4, 1)));
    }
    for capacity in [0, 1] {
        all.push((format!("W4,cap={}", capacity), ping_pong(capacity)));
    }
    all.push(("W5,pair".to_string(), alone(1)));
    all.push(("W5,fill".to_string(), alone(1000)));
    for n in [2, 8, 64] {
        all.push((format!("W7,{}", n), selects(n)));
    }
    all
}

fn per_operation(took: Duration, count: u64) -> f64 {
    took.as_nanos() as f64 / count as f64
}

/// How many operations fill a slice of the time, then that many several times: the median.
fn measure(run: &Workload, total: Duration) -> f64 {
    let slice = total / SLICES;
    let mut count = 1000;
    if total == Duration::from_millis(0) {
        return per_operation(run(count), count);
    }
    loop {
        let took = run(count);
        if took >= slice / 2 {
            break;
        }
        count *= if took < slice / 20 { 8 } else { 2 };
    }
    let started = Instant::now();
    let mut values = Vec::new();
    while values.len() < MAX_SLICES && (values.is_empty() || started.elapsed() < total) {
        values.push(per_operation(run(count), count));
    }
    values.sort_by(|a, b| a.partial_cmp(b).unwrap());
    (values[(values.len() - 1) / 2] + values[values.len() / 2]) / 2.0
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments == ["--list"] {
        for (name, _) in workloads() {
            println!("{},{}", name, NAME);
        }
        return;
    }
    assert_eq!(arguments.len(), 4, "WORKLOAD PARAMETER IMPLEMENTATION MILLISECONDS");
    let wanted = arguments[..2].join(",");
    let total = Duration::from_millis(arguments[3].parse().unwrap());
    let (_, run) = workloads().into_iter().find(|(name, _)| *name == wanted).unwrap();
    println!("{}", measure(&run, total));
}
