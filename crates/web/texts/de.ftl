product = AskPro Control Center
skip = Zum Inhalt
other-language = English
sign-out = Abmelden
email = E-Mail
password = Passwort

login-title = Anmelden
login-lead = Mit der Adresse, an die Ihre Einladung ging.
login-do = Anmelden
login-forgot = Passwort vergessen
login-hint = Wenn Sie einen zweiten Faktor eingerichtet haben, fragen wir danach. Nach fünf falschen Versuchen warten Sie etwas.
login-refused = Adresse und Passwort passen nicht zusammen. Prüfen Sie beides.
login-busy = Gerade melden sich sehr viele Menschen an. Versuchen Sie es in ein paar Sekunden noch einmal.
login-wait = Das waren zu viele Versuche von hier. Warten Sie { $seconds ->
    [one] eine Sekunde
   *[other] { $seconds } Sekunden
 }, dann geht es weiter.
login-over = Ihre Sitzung ist abgelaufen. Melden Sie sich neu an.
login-changed = Ihr Passwort steht. Melden Sie sich damit an.
login-out = Sie sind abgemeldet.

story-title = Ein Anruf, ein Termin, ein Beleg
story-lead = So sieht ein gutes Gespräch hier aus.
story-said = „Am Freitag um halb drei, bei Ayla.“
story-free = Freitag, 27. November, 14:30 Uhr, frei
story-booked = Termin 7K 3M 9P
story-confirmed = Bestätigt
story-agrees = Gesagt und gebucht stimmen überein

code-title = Zweiter Faktor
code-lead = Geben Sie den Code aus Ihrer App ein, oder einen Ihrer Wiederherstellungscodes.
code-label = Code
code-do = Weiter
code-wrong = Dieser Code öffnet nicht. Nehmen Sie den nächsten, und prüfen Sie die Uhr Ihres Telefons.
code-other = Mit einem anderen Konto anmelden

forgot-title = Passwort vergessen
forgot-lead = Den Link für ein neues Passwort gibt Ihnen, wer bei Ihnen die Konten verwaltet.
forgot-body = Sie bekommen einen Link, der eine Stunde lang gilt und einmal öffnet. Danach sind Sie überall abgemeldet; ein zweiter Faktor bleibt.
forgot-admin = Sie verwalten selbst? Auf dem Server: askpro user reset --email IHRE-ADRESSE
forgot-ask = Geben Sie die Adresse ein, mit der Sie sich anmelden. Wir schicken den Link dorthin.
forgot-do = Link anfordern
forgot-asked = Wenn es zu dieser Adresse einen Zugang gibt, ist der Link unterwegs.
forgot-asked-note = Nach ein paar Minuten nichts da? Sehen Sie im Spam-Ordner nach, oder fragen Sie, wer bei Ihnen die Konten verwaltet.
forgot-back = Zur Anmeldung

choose-invitation-title = Willkommen
choose-invitation-lead = Wählen Sie Ihr Passwort. Danach melden Sie sich damit an.
choose-reset-title = Neues Passwort
choose-reset-lead = Wählen Sie ein neues Passwort. Sie werden überall abgemeldet.
choose-label = Neues Passwort
choose-hint = Mindestens 12 Zeichen. Ein paar Wörter hintereinander lassen sich gut merken.
choose-do = Passwort setzen
gone-title = Dieser Link öffnet nicht mehr.
gone-lead = Er wurde schon benutzt, ist abgelaufen oder unvollständig kopiert. Lassen Sie sich einen neuen geben.

weak-short = Nehmen Sie mindestens 12 Zeichen.
weak-long = Nehmen Sie höchstens 200 Zeichen.
weak-common = Dieses Passwort wird als eines der ersten ausprobiert. Nehmen Sie ein anderes.
weak-personal = Das ist kaum mehr als Ihr Name. Nehmen Sie ein anderes.

profile-title = Ihr Konto
profile-lead = { $factor ->
    [on] Der zweite Faktor ist an.
   *[off] Der zweite Faktor ist aus.
 } { $sessions ->
    [one] Sie sind an einem Gerät angemeldet.
   *[other] Sie sind an { $sessions } Geräten angemeldet.
 }
profile-done-password = Ihr Passwort ist geändert. Alle anderen Geräte sind abgemeldet.
profile-done-session = Das Gerät ist abgemeldet.
profile-you = Sie
profile-name = Name
profile-roles = Rechte
profile-everywhere = alle Firmen
profile-password = Passwort ändern
profile-present = Jetziges Passwort
profile-password-do = Passwort ändern
profile-password-wrong = Das jetzige Passwort ist ein anderes.
profile-password-note = Alle anderen Geräte werden abgemeldet.
profile-sessions = Angemeldete Geräte
profile-session-agent = Gerät
profile-session-address = Adresse
profile-session-since = Angemeldet
profile-session-seen = Zuletzt gesehen
profile-session-here = Dieses Gerät
profile-session-end = Abmelden
role-super_admin = Alles verwalten
role-retell_manager = Agenten verwalten
role-company_admin = Firma verwalten
role-staff = Eigener Kalender
role-auditor = Lesen

factor-title = Zweiter Faktor
factor-on = An
factor-off = Aus
factor-on-body = Nach dem Passwort fragen wir nach einem Code aus Ihrer App.
factor-left = { $count ->
    [0] Sie haben keinen Wiederherstellungscode mehr.
    [one] Sie haben noch einen Wiederherstellungscode.
   *[other] Sie haben noch { $count } Wiederherstellungscodes.
 }
factor-off-body = Mit einer App auf dem Telefon kommt niemand hinein, der nur Ihr Passwort kennt.
factor-set-up = Zweiten Faktor einrichten
factor-renew = Neue Codes erzeugen
factor-renew-hint = Die alten Codes öffnen dann nicht mehr. Nehmen Sie einen frischen Code aus der App.

passkey-title = Passkeys
passkey-none = Ein Passkey bestätigt Sie mit Fingerabdruck, Gesicht oder Sicherheitsschlüssel, ganz ohne Code.
passkey-instead = Oder ein Passkey
passkey-name = Name des Passkeys
passkey-hint = Damit Sie ihn wiedererkennen, zum Beispiel „Laptop im Salon“.
passkey-do = Passkey hinzufügen
passkey-use = Mit Passkey bestätigen
passkey-used = zuletzt benutzt
passkey-remove = Entfernen
passkey-made = Der Passkey ist eingerichtet.
passkey-gone = Der Passkey ist entfernt. Alle anderen Geräte sind abgemeldet.
passkey-failed = Es hat niemand bestätigt. Versuchen Sie es noch einmal.
passkey-refused = Diese Antwort gehört nicht zu dieser Seite. Laden Sie die Seite neu und versuchen Sie es noch einmal.
passkey-full = Dieser Passkey ist schon eingerichtet, oder es sind zehn. Entfernen Sie zuerst einen.
passkey-last = Ohne zweiten Faktor dürfen Sie nicht arbeiten. Richten Sie zuerst einen anderen ein.
passkey-wrong = Dieser Passkey öffnet nicht. Versuchen Sie es noch einmal, oder nehmen Sie einen Code.

enrol-title = Zweiten Faktor einrichten
enrol-lead = Es dauert eine Minute: Bild aufnehmen, Code eingeben.
enrol-must = Wer alle Firmen verwaltet, braucht einen zweiten Faktor. Richten Sie ihn ein, dann geht es weiter.
enrol-scan = Nehmen Sie das Bild mit einer Authenticator-App auf.
enrol-picture = QR-Code mit dem Schlüssel, der daneben steht
enrol-type = Geht das nicht, tippen Sie diesen Schlüssel ein:
enrol-open = In der App auf diesem Gerät öffnen
enrol-label = Code, den die App zeigt
enrol-do = Bestätigen
codes-title = Der zweite Faktor ist an.
codes-renewed = Hier sind Ihre neuen Codes.
codes-lead = Bewahren Sie diese Codes auf, getrennt vom Telefon. Jeder öffnet einmal, falls das Telefon weg ist. Sie werden nur jetzt gezeigt.
codes-do = Ich habe sie aufbewahrt

error-phone = Das Telefon ist nicht betroffen
error-404 = Diese Seite gibt es nicht.
error-404-lead = Vielleicht wurde sie verschoben, oder ein Zeichen der Adresse fehlt.
error-403 = Das dürfen Sie hier nicht.
error-403-lead = Ihre Rechte reichen dafür nicht, oder die Anfrage kam nicht von einer unserer Seiten. Laden Sie die Seite neu und versuchen Sie es noch einmal.
error-429 = Das war zu oft.
error-429-lead = Warten Sie kurz, dann geht es weiter.
error-400 = Diese Anfrage war nicht zu lesen.
error-400-lead = Gehen Sie zurück und versuchen Sie es noch einmal.
error-503 = Diese Seite kam nicht zustande.
error-503-lead = Ein Teil des Systems antwortet gerade nicht. Versuchen Sie es in ein paar Sekunden noch einmal.
error-500 = Diese Seite kam nicht zustande.
error-500-lead = Das war unser Fehler. Anrufe werden weiter angenommen.
error-home = Zur Startseite
error-repeats = Wenn es sich wiederholt
error-number = Nennen Sie uns diese Nummer. Damit finden wir genau diesen Vorgang.

nav-access = Zugang
nav-people = Personen
people-title = Personen
people-lead = Wer hier arbeitet und was sie dürfen.
people-members = Mit Zugang
people-state = Zustand
people-more = Weiteres
people-disabled = Gesperrt
people-is-invited = Eingeladen
people-password-only = Nur Passwort
people-change = Ändern
people-remove = Entfernen
people-invite = Einladen
people-invite-do = Einladung schicken
people-invited = Die Einladung ist unterwegs.
people-done = Erledigt. Wer betroffen ist, meldet sich neu an.
people-oneself = Eigene Rechte ändert jemand anderes.
people-unfit = Prüfen Sie Name, Adresse und Recht.
people-no-mail = Hier ist kein Mailversand eingerichtet. Laden Sie auf dem Server ein: askpro user invite
people-required = Alle hier brauchen einen zweiten Faktor.
people-optional = Der zweite Faktor ist hier freiwillig.
people-require = Zur Pflicht machen
people-stop-requiring = Freistellen
people-require-note = Alle melden sich danach neu an.
