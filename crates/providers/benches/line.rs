//! What a provider that is left alone costs each caller.

use std::{sync::Arc, time::Duration};

use askpro_domain::ids::{CompanyId, ConnectionId, SeededChance};
use askpro_providers::{
    resilience::{Asked, Limits, Line, LineId, Lines, Service, Terms, Unlimited},
    transport::{Lost, Request, Sending, Transport},
};

fn main() {
    divan::main();
}

struct Broken;

impl Transport for Broken {
    fn send(&self, _: Request) -> Sending<'_> {
        Box::pin(async { Err(Lost::Unanswered) })
    }
}

fn asked() -> Asked {
    let request = http::Request::get("http://calendar.test/v2/me").body(Vec::new()).expect("a request");
    Asked { request, is_idempotent: false }
}

async fn open_line() -> Arc<Line> {
    let chance = SeededChance::new(1);
    let id = LineId {
        company: CompanyId::new("2026-11-23T08:00:00Z".parse().expect("a time"), &chance),
        connection: ConnectionId::new(&chance),
    };
    let lines = Lines::new(Arc::new(Broken), Arc::new(Unlimited), Arc::new(chance));
    let line = lines.line(&id, Service::Calcom, "http://calendar.test", Limits::default());
    for _ in 0..5 {
        let _ = line.ask(Terms::call(Duration::from_secs(5)), &asked(), |_| Some(())).await;
    }
    line
}

#[divan::bench]
fn refused_by_an_open_breaker(bencher: divan::Bencher<'_, '_>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (line, asked) = (runtime.block_on(open_line()), asked());
    bencher.bench_local(|| {
        let refused = runtime.block_on(line.ask(Terms::call(Duration::from_secs(5)), &asked, |_| Some(())));
        assert!(refused.is_err());
    });
}
