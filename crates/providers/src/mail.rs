//! Mail on its way out: to a server over SMTP, or into a folder where nothing
//! shall leave (demonstrations, tests).

use std::{path::PathBuf, time::Duration};

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
    transport::smtp::authentication::Credentials,
};
use reqwest::Url;

/// How long one mail may take; a job's lease is longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A finished mail to one person, without any formatting.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its name for ever: a mail sent twice by mistake is recognised by it.
    pub id: String,
    /// To which address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// What it says.
    pub text: String,
}

/// Why a mail did not leave. It names nobody: what servers say often quotes an
/// address, so only its number is passed on.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum MailError {
    /// To be tried again later.
    #[error("the mail server cannot be reached or asks to come again ({0})")]
    Later(String),
    /// It will not get better: the server refuses it, or it is no mail.
    #[error("the mail was refused ({0})")]
    Never(String),
}

/// Where mails go.
pub struct Post {
    way: Way,
    from: Mailbox,
    /// What stands behind the `@` of a mail's own name.
    host: String,
}

enum Way {
    Server(Box<AsyncSmtpTransport<Tokio1Executor>>),
    Folder(PathBuf),
}

impl Post {
    /// Reads `smtp://user:password@host:587?from=…` (encrypted by STARTTLS; without
    /// encryption only to this machine itself, or where `&tls=none` says so),
    /// `smtps://…` (encrypted from the start) or `file:FOLDER`. Mails come from
    /// `from`, else from `noreply@` the host of `public_url`.
    pub fn open(url: &str, public_url: &str) -> Result<Self, String> {
        let host = Url::parse(public_url)
            .ok()
            .and_then(|url| url.host_str().map(str::to_owned))
            .unwrap_or_else(|| "localhost".to_owned());
        let noreply = format!("AskPro <noreply@{host}>");
        if let Some(folder) = url.strip_prefix("file:") {
            let folder = folder.strip_prefix("//").unwrap_or(folder);
            if folder.is_empty() {
                return Err("the mail address lacks a folder; write file:mails".into());
            }
            let from = sender(&noreply).or_else(|_| sender("AskPro <noreply@localhost>"))?;
            return Ok(Self { way: Way::Folder(PathBuf::from(folder)), from, host });
        }
        let bad =
            || "the mail address must look like smtp://user:password@host:587, smtps://… or file:FOLDER";
        let read = Url::parse(url).map_err(|_| bad())?;
        let server = read.host_str().filter(|host| !host.is_empty()).ok_or_else(bad)?;
        let said = |name: &str| read.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value);
        if let Some((key, _)) = read.query_pairs().find(|(key, _)| key != "from" && key != "tls") {
            return Err(format!("the mail address has an unknown {key:?}; there are from and tls"));
        }
        let is_near = matches!(server, "localhost" | "127.0.0.1" | "[::1]");
        let builder = match (read.scheme(), said("tls").as_deref()) {
            ("smtps", None) => AsyncSmtpTransport::<Tokio1Executor>::relay(server),
            ("smtp", None) if !is_near => AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(server),
            ("smtp", None | Some("none")) => {
                let port = read.port().unwrap_or(25);
                Ok(AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(server).port(port))
            }
            _ => return Err(bad().into()),
        };
        let mut builder = builder.map_err(|error| format!("mail cannot be encrypted: {error}"))?;
        if let Some(port) = read.port() {
            builder = builder.port(port);
        }
        if !read.username().is_empty() {
            let plain = |text: &str| {
                percent_decoded(text).ok_or_else(|| "the mail address escapes what is not text".to_owned())
            };
            let credentials =
                Credentials::new(plain(read.username())?, plain(read.password().unwrap_or_default())?);
            builder = builder.credentials(credentials);
        }
        let from = sender(&said("from").map_or(noreply, std::borrow::Cow::into_owned))?;
        let transport = builder.timeout(Some(PATIENCE)).build();
        Ok(Self { way: Way::Server(Box::new(transport)), from, host })
    }

    /// Hands one mail over. A mail that was handed over twice has the same name.
    pub async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        let message = self.message(letter)?;
        match &self.way {
            Way::Server(transport) => {
                let sent = tokio::time::timeout(PATIENCE, transport.send(message)).await;
                match sent {
                    Ok(Ok(_)) => Ok(()),
                    Ok(Err(error)) => {
                        let code = error.status().map(|code| code.to_string());
                        let why = code.unwrap_or_else(|| kind(&error).to_owned());
                        Err(if error.is_permanent() { MailError::Never(why) } else { MailError::Later(why) })
                    }
                    Err(_) => Err(MailError::Later("no answer in time".into())),
                }
            }
            Way::Folder(folder) => {
                let (folder, id, bytes) = (folder.clone(), letter.id.clone(), message.formatted());
                // Whole or not at all, under its own name: written twice it is one mail.
                let written = tokio::task::spawn_blocking(move || {
                    std::fs::create_dir_all(&folder)?;
                    let unfinished = folder.join(format!(".{id}"));
                    std::fs::write(&unfinished, bytes)?;
                    std::fs::rename(unfinished, folder.join(format!("{id}.eml")))
                });
                match written.await {
                    Ok(Ok(())) => Ok(()),
                    Ok(Err(error)) => Err(MailError::Later(error.kind().to_string())),
                    Err(_) => Err(MailError::Later("writing was interrupted".into())),
                }
            }
        }
    }

    fn message(&self, letter: &Letter) -> Result<Message, MailError> {
        let never = |what: &str| MailError::Never(what.to_owned());
        let to = letter.to.parse().map_err(|_| never("its address is none"))?;
        Message::builder()
            .message_id(Some(format!("<{}@{}>", letter.id, self.host)))
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(letter.subject.as_str())
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text.clone())
            .map_err(|_| never("it cannot be written as a mail"))
    }
}

fn sender(text: &str) -> Result<Mailbox, String> {
    text.parse().map_err(|_| {
        format!("{text:?} is no sender of mails; add ?from=noreply@example.com to the mail address")
    })
}

fn kind(error: &lettre::transport::smtp::Error) -> &'static str {
    if error.is_timeout() {
        "no answer in time"
    } else if error.is_tls() {
        "encryption failed"
    } else {
        "no connection"
    }
}

/// Text from an address, where `%40` is `@`.
fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_send_mail_is_refused_with_a_sentence() {
        for wrong in [
            "mail.example.com",
            "http://mail.example.com",
            "smtp://",
            "smtp://mail.example.com?fron=a@b.c",
            "smtp://mail.example.com?from=nobody",
            "smtps://mail.example.com?tls=none",
            "file:",
        ] {
            let refused = Post::open(wrong, "https://askpro.example.com").err();
            assert!(refused.is_some_and(|sentence| sentence.len() > 20), "{wrong}");
        }
        for right in [
            "smtp://127.0.0.1:2525",
            "smtp://relay.internal?tls=none",
            "smtp://me%40example.com:p%3Aw@mail.example.com:587?from=Salon%20%3Ca@example.com%3E",
            "smtps://mail.example.com",
            "file:mails",
        ] {
            assert!(Post::open(right, "https://askpro.example.com").is_ok(), "{right}");
        }
    }

    #[test]
    fn nothing_that_is_written_into_a_mail_becomes_a_header() {
        let post = Post::open("file:mails", "https://askpro.example.com").unwrap();
        let letter = Letter {
            id: "0190".into(),
            to: "anna@example.com".into(),
            subject: "Grüße\r\nBcc: all@example.com".into(),
            text: "Grüße aus Berlin\r\n.\r\nBcc: all@example.com".into(),
        };
        let text = String::from_utf8(post.message(&letter).unwrap().formatted()).unwrap();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
        assert!(head.contains("Message-ID: <0190@askpro.example.com>"), "{head}");
        let crooked = Letter { to: "anna@example.com\r\nBcc: all@example.com".into(), ..letter };
        assert!(matches!(post.message(&crooked), Err(MailError::Never(_))));
    }
}
