//! Load and store of one set, in process, on a file with full synchronisation: `cargo bench --bench store`.
#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark that cannot go on fails here")]

mod bench;

use bench::Desk;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

fn store(criterion: &mut Criterion) {
    for count in [10, 100, 1_000] {
        let mut desk = Desk::with(count);
        let mut group = criterion.benchmark_group("set");
        group.throughput(Throughput::Elements(count as u64)).sample_size(20);
        group.bench_function(BenchmarkId::new("load", count), |bencher| bencher.iter(|| desk.load()));
        // Every value changes at every store, so that every row is encrypted, deleted and inserted.
        let mut round = 0;
        group.bench_function(BenchmarkId::new("store", count), |bencher| {
            bencher.iter(|| {
                round += 1;
                desk.store(round);
            });
        });
        group.finish();
    }
}

criterion_group!(benches, store);
criterion_main!(benches);
