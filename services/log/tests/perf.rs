#[path = "contract_dev/contract/make.rs"]
#[allow(dead_code)] mod make;
use weir_log::*; use weir_core::ids::*; use std::time::*; use futures::StreamExt;
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn perf() {
    let dir = tempfile::tempdir().unwrap();
    let bin = tokio::task::spawn_blocking(|| weir_broker::Sources::from_environment().find(&weir_broker::Want::Exactly(weir_broker::PINNED)).unwrap()).await.unwrap().path;
    let server = weir_broker::Server::start(weir_broker::ServerConfig::new(bin, dir.path())).await.unwrap();
    let log = JetStream::connect(ConnectSettings::new(server.url(), "perf")).await.unwrap();
    let q = make::queue("perf"); log.create_queue(&q, 4<<30).await.unwrap();
    // latency
    let mut tail = log.tail(&q, Seq(0)).await.unwrap();
    tail.next().await.unwrap();
    let mut lat = vec![]; let mut ack = vec![];
    for n in 0..2000 { let r = make::run(&format!("r-{n}")); let t = Instant::now();
        let (a, e) = tokio::join!(async { let a = log.append(&q, make::request(&r, "{}")).await.unwrap(); (a, t.elapsed()) }, async { let e = tail.next().await.unwrap(); (e, t.elapsed()) });
        ack.push(a.1); lat.push(e.1); }
    lat.sort(); ack.sort();
    eprintln!("publish->tail p50 {:?} p99 {:?}; publish->ack p50 {:?} p99 {:?}", lat[1000], lat[1980], ack[1000], ack[1980]);
    // pipelined claims on lanes
    let mut lanes = vec![]; for l in 0..32 { lanes.push(log.append(&q, make::epoch(1, l, Seq(0))).await.unwrap().seq); }
    let total = 100_000u32; let t = Instant::now();
    let appends = futures::stream::iter(0..total).map(|n| { let (log,q,lanes)=(&log,&q,&lanes); async move { let l=(n%32) as u8; log.append(q, make::with_id(make::claim(q, &make::run(&format!("c-{n}")), 1, Fence::Lane{lane:Lane(l), seq: lanes[l as usize]}), &format!("0123456789abcdef0123456789abcdef-{n}"))).await.unwrap(); } }).buffer_unordered(256);
    appends.for_each(|_| async {}).await;
    eprintln!("{} fenced claims/s (256 in flight, decoded by a tail at the same time)", f64::from(total)/t.elapsed().as_secs_f64());
    drop(tail);
    let t = Instant::now(); let mut tail = log.tail(&q, Seq(0)).await.unwrap(); let mut n = 0; let mut batches = 0;
    loop { match tail.next().await.unwrap() { TailEvent::Records(r) => { n += r.len(); batches += 1; } TailEvent::CaughtUp => break } }
    eprintln!("replay {} records in {:?}: {:.0}/s, {} per batch", n, t.elapsed(), n as f64/t.elapsed().as_secs_f64(), n/batches);
    let mut work = log.claims(&q).await.unwrap(); let t = Instant::now(); let mut n = 0;
    while n < 50_000 { for item in WorkList::pull(&mut work, 500, Duration::from_secs(5)).await.unwrap() { n += 1; traits::ClaimAck::done(item.ack).await; } }
    eprintln!("work list {:.0} claims/s pulled and acked (500 per pull)", n as f64/t.elapsed().as_secs_f64());
}
