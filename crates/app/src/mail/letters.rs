//! What our own mails say, in both languages: plain and short.

use askpro_domain::language::Language;
use askpro_store::sign_in::Purpose;

/// Longer names are nobody's; a mail should not be filled with one.
const NAME_AT_MOST: usize = 80;

/// What a customer reads whose promised appointment the calendar did not take.
pub(crate) fn appointment_refused(language: Language, name: &str, business: &str) -> (String, String) {
    let plain =
        |text: &str| -> String { text.chars().filter(|c| !c.is_control()).take(NAME_AT_MOST).collect() };
    let (name, business) = (plain(name), plain(business));
    match language {
        Language::De => (
            format!("Ihr Termin bei {business}"),
            format!(
                "Guten Tag {name},\n\nleider konnte Ihr am Telefon notierter Termin nicht eingetragen werden. Wir rufen Sie an und finden einen anderen.\n\n{business}\n"
            ),
        ),
        Language::En => (
            format!("Your appointment with {business}"),
            format!(
                "Hello {name},\n\nunfortunately the appointment we noted on the phone could not be entered. We will call you and find another one.\n\n{business}\n"
            ),
        ),
    }
}

/// Subject and text of a mail with a link to choose a password.
pub(super) fn password_link(
    language: Language,
    purpose: Purpose,
    name: &str,
    address: &str,
) -> (String, String) {
    // A name stands in the first line alone and ends nothing.
    let name: String = name.chars().filter(|c| !c.is_control()).take(NAME_AT_MOST).collect();
    let (subject, lead, note) = match (language, purpose) {
        (Language::De, Purpose::Invitation) => (
            "Ihr Zugang zum AskPro Control Center",
            "für Sie wurde ein Zugang angelegt. Wählen Sie Ihr Passwort über diesen Link:",
            "Der Link gilt eine Woche und öffnet einmal. Wenn Sie nichts davon wissen, löschen Sie diese Nachricht.",
        ),
        (Language::De, Purpose::Reset) => (
            "Neues Passwort für das AskPro Control Center",
            "über diesen Link wählen Sie ein neues Passwort:",
            "Der Link gilt eine Stunde und öffnet einmal. Wenn Sie das nicht waren, löschen Sie diese Nachricht; Ihr Passwort bleibt, wie es ist.",
        ),
        (Language::En, Purpose::Invitation) => (
            "Your access to the AskPro Control Center",
            "an account was made for you. Choose your password with this link:",
            "The link works for a week and opens once. If you know nothing about this, delete this message.",
        ),
        (Language::En, Purpose::Reset) => (
            "New password for the AskPro Control Center",
            "with this link you choose a new password:",
            "The link works for an hour and opens once. If this was not you, delete this message; your password stays as it is.",
        ),
    };
    let greeting = match language {
        Language::De => "Guten Tag",
        Language::En => "Hello",
    };
    (subject.to_owned(), format!("{greeting} {name},\n\n{lead}\n\n{address}\n\n{note}\n"))
}
