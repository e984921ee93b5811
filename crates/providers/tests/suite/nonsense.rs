//! Over a real connection: what no played transport can show.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use askpro_domain::{ids::SeededChance, secret::Secret};
use askpro_providers::{
    calcom::{Client, Error},
    resilience::{Limits, Lines, Service, Terms, Unlimited},
    transport::Http,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// A server that does `what` with each connection after its request came.
async fn server<F: Future<Output = ()> + Send + 'static>(
    what: impl Fn(TcpStream) -> F + Send + 'static,
) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4_096];
            let _ = stream.read(&mut request).await;
            tokio::spawn(what(stream));
        }
    });
    address
}

fn client(address: SocketAddr) -> Client {
    let lines =
        Lines::new(Arc::new(Http::new().unwrap()), Arc::new(Unlimited), Arc::new(SeededChance::new(1)));
    let line =
        lines.line(&crate::stage::id(1), Service::Calcom, &format!("http://{address}"), Limits::default());
    Client::new(line, Secret::new("cal".into()))
}

const TERMS: Terms =
    Terms { patience: Duration::from_secs(10), urgency: askpro_providers::resilience::Urgency::Call };

#[tokio::test]
async fn a_hundred_megabytes_are_not_read() {
    let (sent, mut received) = tokio::sync::mpsc::unbounded_channel();
    let address = server(move |mut stream| {
        let sent = sent.clone();
        async move {
            let head =
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 104857600\r\n\r\n";
            let _ = stream.write_all(head.as_bytes()).await;
            let (chunk, mut total) = (vec![b' '; 1 << 16], 0_usize);
            while total < 104_857_600 && stream.write_all(&chunk).await.is_ok() {
                total += chunk.len();
            }
            let _ = sent.send(total);
        }
    })
    .await;
    assert_eq!(client(address).me(TERMS).await.unwrap_err(), Error::Unknown);
    let total = received.recv().await.unwrap();
    assert!(total < 20 << 20, "{total} bytes went over the line");
}

#[tokio::test]
async fn what_is_no_http_and_what_ends_early_is_uncertain() {
    for said in [
        &b"SSH-2.0-OpenSSH\r\n"[..],
        b"",
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"data\":",
        b"HTTP/1.1 999 \r\n\r\n",
    ] {
        let address = server(move |mut stream| async move {
            let _ = stream.write_all(said).await;
        })
        .await;
        let at = "2026-11-24T09:00:00Z".parse().unwrap();
        let error = client(address).reschedule_booking(TERMS, "bk1", at).await.unwrap_err();
        assert!(
            matches!(error, Error::Unknown | Error::Refused { status: 999 }),
            "{:?}: {error:?}",
            String::from_utf8_lossy(said)
        );
    }
}

#[tokio::test]
async fn nobody_there_is_unreachable_and_a_redirect_is_not_followed() {
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    assert_eq!(client(gone).me(TERMS).await.unwrap_err(), Error::Unreachable);
    let address = server(|mut stream| async move {
        let _ = stream
            .write_all(
                b"HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n",
            )
            .await;
    })
    .await;
    assert_eq!(client(address).me(TERMS).await.unwrap_err(), Error::Refused { status: 302 });
}
