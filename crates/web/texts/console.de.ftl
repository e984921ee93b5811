nav-label = Hauptnavigation
nav-today = Heute
nav-overview = Übersicht
nav-calls = Anrufe
nav-calendar = Kalender
nav-own-calendar = Mein Kalender
nav-tasks = Aufgaben
nav-customers = Kunden
nav-own-customers = Meine Kunden
nav-operation = Betrieb
nav-state = Zustand
nav-more = Mehr
nav-running = laufend:
nav-open = offen:

frame-all-branches = Alle Filialen
frame-company = Firma wechseln, jetzt
frame-branch = Filiale wechseln, jetzt
frame-search = Suchen
frame-search-hint = Anruf, Kunde, Termin …
frame-live = Live
frame-stale = Getrennt, verbindet neu. Stand:
frame-account = Mein Konto
frame-theme = Farben
theme-system = Wie das System
theme-light = Hell
theme-dark = Dunkel
density-compact = Engere Zeilen
density-comfortable = Weitere Zeilen

weekdays = Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag
weekdays-short = Mo Di Mi Do Fr Sa So
months = Januar Februar März April Mai Juni Juli August September Oktober November Dezember
day-today = heute
day-yesterday = gestern
day-tomorrow = morgen
ago = { $unit ->
    [seconds] gerade eben
    [minutes] { $count ->
        [one] vor einer Minute
       *[other] vor { $count } Minuten
     }
    [hours] { $count ->
        [one] vor einer Stunde
       *[other] vor { $count } Stunden
     }
   *[days] vor { $count } Tagen
 }
due-in = { $unit ->
    [seconds] jetzt fällig
    [minutes] { $count ->
        [one] in einer Minute fällig
       *[other] in { $count } Minuten fällig
     }
    [hours] { $count ->
        [one] in einer Stunde fällig
       *[other] in { $count } Stunden fällig
     }
   *[days] in { $count } Tagen fällig
 }
due-since = { $unit ->
    [seconds] jetzt fällig
    [minutes] { $count ->
        [one] seit einer Minute fällig
       *[other] seit { $count } Minuten fällig
     }
    [hours] { $count ->
        [one] seit einer Stunde fällig
       *[other] seit { $count } Stunden fällig
     }
   *[days] seit { $count } Tagen fällig
 }

do-save = Speichern
do-discard = Verwerfen
do-cancel = Abbrechen
do-copy = Kopieren
do-copied = Kopiert
do-undo = Rückgängig
do-again = Noch einmal
pager-newer = Neuere
pager-older = Ältere
form-wrong = Zwei Angaben passen noch nicht.
conflict-text = Ihre Eingaben sind da, gespeichert ist noch nichts. Gezeigt wird nur, was sich unterscheidet.
conflict-mine = Ihre Fassung:
conflict-theirs = Die andere:
conflict-save = So speichern

start-title = Willkommen.
start-lead = Noch gehört keine Firma zu Ihrem Konto.
start-empty = Noch keine Firma
start-empty-text = Legen Sie auf dem Server die erste an: askpro company create. Danach sehen Sie hier Anrufe, Termine und Aufgaben.

keys-title = Tasten
keys-lead = Alles geht auch ohne Maus. Diese Tasten sind der kurze Weg.
keys-everywhere = Überall
keys-search = Suchen
keys-close = Schließen, Eingabe verlassen
keys-undo = Letzten Schritt rückgängig machen
keys-go = Gehe zu
keys-lists = Listen und Kalender
keys-rows = Zeile weiter, Zeile zurück
keys-open = Öffnen
keys-filter = Zum Filter
keys-days = Einen Tag zurück oder vor
keys-move = Termin aufnehmen, mit Pfeilen bewegen, mit Enter ablegen

status-confirmed = Bestätigt
status-provisional = Vorläufig
status-cancelled = Storniert
outcome-running = Läuft
outcome-booked = Gebucht
outcome-moved = Verschoben
outcome-cancelled = Abgesagt
outcome-provisional = Vorläufig
outcome-informed = Auskunft
outcome-transferred = Verbunden
breaker-closed = Geschlossen
breaker-half-open = Halb offen
breaker-open = Offen
appointment-cancel = Absagen
task-take = Übernehmen
calendar-day = Tag
calendar-week = Woche
calls-empty = Noch kein Anruf
calls-empty-text = Sobald jemand anruft, steht das Gespräch hier, während es läuft.
figure-calls = Anrufe heute
figure-missed = Aufgelegt
chart-calls = Anrufe je Stunde
chart-calls-head = Anrufe
chart-booked = gebucht
chart-other = andere Anliegen
chart-human = Rückruf nötig
chart-hour = Stunde
chart-latency = Antwortzeit der Funktionen
chart-band = p50 bis p95
chart-target = Ziel 2,0 s
chart-as-table = Als Tabelle

pieces-title = Bausteine
pieces-lead = Alle Zustände auf einer Seite: leer, lädt, Fehler, veraltet, Konflikt, rückgängig.
pieces-states = Zustandswörter
pieces-human = Braucht einen Menschen
pieces-stale = Stand vor 4 Min.
pieces-breaker = Schutzschalter
pieces-buttons = Knöpfe
pieces-disabled = Gesperrt
pieces-focus = Fokus
pieces-segment = Ansicht
pieces-form = Formular mit Fehlern
pieces-service = Name der Leistung
pieces-perm = Dauerwelle
pieces-duration = Dauer in Minuten
pieces-duration-wrong = Geben Sie mindestens 5 Minuten an.
pieces-synonyms = Synonyme, so wie Kunden es sagen
pieces-synonyms-value = Welle, Locken
pieces-synonym-wrong = „Welle“ gehört schon zu „Wasserwelle“. Entfernen Sie es hier oder dort.
pieces-person = Person
pieces-person-hint = Nur wer diese Leistung kann.
pieces-check = Am Telefon anbieten
pieces-conflict = Zwei Personen, ein Datensatz
pieces-conflict-title = Jan Petersen hat diese Leistung vor 2 Minuten geändert.
pieces-price = Welcher Preis soll gelten?
pieces-price-mine = 95,00 €
pieces-price-theirs = 92,00 €
pieces-empty = Leer
pieces-empty-do = Rufnummer prüfen
pieces-loading = Lädt, ab einer Sekunde mit Fortschritt
pieces-progress = 412 von 1.000 Kunden geprüft, noch etwa 35 s
pieces-notes = Hinweise
pieces-note-stale = Retell antwortet nicht.
pieces-note-stale-text = Sie sehen den Stand von 14:18. Lesen geht, Anrufe werden weiter angenommen.
pieces-note-live = Gerade am Telefon gebucht:
pieces-note-live-text = Miriam Roth, Fr 27.11., 9:30
pieces-note-ok = Beide Kalender stimmen überein.
pieces-note-ok-text = Zuletzt geprüft um 14:31.
pieces-note-warn = Cal.com hat noch nicht bestätigt.
pieces-note-warn-text = Der Platz ist hier gehalten. Gelingt es nicht bis 14:40, entsteht ein Rückruf.
pieces-note-human = Nicht gebucht. Frau Vogt wartet auf einen Anruf.
pieces-note-human-text = Zwei Plätze sind noch frei.
pieces-note-bad = Die Antwortzeiten konnten nicht geladen werden.
pieces-note-bad-text = Der Rest der Seite stimmt.
pieces-undo = Rückgängig statt Rückfrage
pieces-undone = Termin von Karin Winter abgesagt.
pieces-figures = Kennzahlen
pieces-figure-below = 9 mehr als vor einer Woche
pieces-figure-none = keiner
pieces-chart = Diagramme
pieces-chart-finding = Am meisten los war um 11 Uhr: 27 Anrufe, davon 13 gebucht.
pieces-band-finding = Die Hälfte der Antworten kam in 0,2 Sekunden, p95 stieg um 12 Uhr auf 1,3 Sekunden. Das Ziel von 2,0 Sekunden wurde gehalten.
pieces-copy = Kennung und Blättern
pieces-pager = 1 bis 50

overview-title = { $tasks ->
    [0] Nichts wartet auf Sie. Das Telefon läuft.
    [one] Eine Sache braucht Sie. Das Telefon läuft.
   *[other] { $tasks } Dinge brauchen Sie. Das Telefon läuft.
 }
overview-lead = { $day }. { $calls ->
    [0] Gerade spricht niemand.
    [one] Ein Gespräch läuft.
   *[other] { $calls } Gespräche laufen.
 } { $provisional ->
    [0] Alle Termine sind bestätigt.
    [one] Ein Termin ist noch vorläufig.
   *[other] { $provisional } Termine sind noch vorläufig.
 }
overview-human = Braucht einen Menschen
overview-all-tasks = Alle Aufgaben
overview-tasks-foot = { $dead ->
    [0] Nichts ist liegen geblieben.
    [one] Ein Vorgang ist nach mehreren Versuchen liegen geblieben.
   *[other] { $dead } Vorgänge sind nach mehreren Versuchen liegen geblieben.
 }
overview-now = Jetzt am Telefon
overview-talks = { $count ->
    [0] kein Gespräch
    [one] ein Gespräch
   *[other] { $count } Gespräche
 }
overview-quiet = Gerade ist es still
overview-quiet-text = Das nächste Gespräch erscheint hier, während es läuft.
overview-last = Zuletzt gebucht { $ago }: { $reference }
overview-figures = Kennzahlen von heute
overview-all-calls = Alle Anrufe
overview-providers = Wer gerade antwortet
overview-breaker = Geschlossen heißt: Anfragen gehen durch. Offen heißt: gesperrt, wir antworten aus dem eigenen Kalender.
overview-made = Zuletzt am Telefon gebucht
overview-made-none = Noch nichts. Der erste Termin am Telefon erscheint hier sofort.
number-withheld = Nummer unterdrückt
somebody = jemanden
provider-heard = zuletzt gehört { $ago }
provider-silent = noch nichts gehört
provider-database = Datenbank
provider-database-below = antwortet
provider-works = Läuft
breaker-paused = Macht Pause
figure-calls-below = { $way ->
    [same] so viele wie vor einer Woche
    [more] { $count } mehr als vor einer Woche
   *[less] { $count } weniger als vor einer Woche
 }
figure-booked = Gebucht
figure-booked-below = { $count ->
    [0] keiner vorläufig
    [one] einer noch vorläufig
   *[other] { $count } noch vorläufig
 }
figure-rate = Buchungsquote
figure-rate-below = { $booked } von { $wishes } Wünschen
figure-missed-below = ohne ein Anliegen
figure-human = Rückrufe
figure-human-below = am Telefon versprochen
figure-answer = Antwortzeit p95
figure-answer-below = Ziel 2,0 s · p50 { $p50 }
chart-now = jetzt
chart-nothing = In dieser Zeit gab es nichts zu zählen.
chart-hours-finding = Am meisten los war um { $hour } Uhr: { $calls } Anrufe, davon { $booked } gebucht.
chart-latency-finding = Die Hälfte der Antworten kam in { $p50 }, 95 von 100 in { $p95 }. { $kept ->
    [yes] Das Ziel von 2,0 s wurde gehalten.
   *[no] Das Ziel von 2,0 s wurde nicht gehalten.
 }
chart-days = 30 Tage
chart-day = Tag
chart-days-finding = In 30 Tagen { $calls } Anrufe, davon { $booked } gebucht.

tabs-label = Ansichten
task-title = { $kind ->
    [call-back] { $name } zurückrufen
    [call-back-refused] { $name } zurückrufen: der Termin kam nicht zustande
    [unsettled] Termin von { $name } klären
   *[conflict] Zwei Termine zur selben Zeit: { $name }
 }
task-about = { $kind ->
    [call-back-refused] { $when } bei { $staff }, { $service }, wurde von Cal.com nicht angenommen. Bieten Sie eine andere Zeit an.
    [unsettled] { $when } bei { $staff }, { $service }: Cal.com antwortet nicht. Sehen Sie dort nach und rufen Sie an.
   *[other] { $when } bei { $staff }, { $service }. Einer von beiden muss umziehen.
 }
task-no-topic = Ohne Angabe, worum es geht.
task-in-calendar = Im Kalender
task-done = Erledigt
tasks-title = { $count ->
    [0] Nichts wartet auf Sie.
    [one] Eine Aufgabe wartet auf Sie.
   *[other] { $count } Aufgaben warten auf Sie.
 }
tasks-lead = { $late ->
    [0] Keine ist überfällig.
    [one] Eine ist überfällig.
   *[other] { $late } sind überfällig.
 } Zeiten in { $zone }.
tasks-open = Offen
tasks-done = Erledigt
tasks-empty = Alles erledigt
tasks-empty-text = Wer zurückgerufen werden möchte, und was nicht von selbst fertig wird, erscheint hier.

do-export = Exportieren
outcome-call-back = Rückruf
outcome-none = Aufgelegt
sentiment-positive = freundlich
sentiment-neutral = sachlich
sentiment-negative = verärgert
calls-lead = { $count ->
    [one] Ein Anruf
   *[other] { $count } Anrufe
 }, davon { $booked } gebucht. Neueste zuerst, Zeiten in { $zone }.
calls-all = Alle
calls-booked = Gebucht
calls-not-booked = Nicht gebucht
calls-call-back = Rückruf
calls-slow = Langsam, über 1,5 s
calls-table = Anrufe, neueste zuerst
calls-new = Neue Anrufe zeigen
call-about = { $service }, { $when } bei { $staff }
call-agent = { $agent } v{ $version }
filter-label = Filter
filter-q = Name des Kunden
filter-from = Von
filter-to = Bis
filter-number = Nummer
filter-version = Version
filter-sentiment = Stimmung
filter-agent = Agent
filter-slow = Langsamer als (ms)
filter-any = egal
filter-do = Filtern
filter-remove = Filter entfernen:
column-time = Zeit
column-who = Wer und worum
column-outcome = Ergebnis
column-branch = Filiale
column-agent = Agent
column-length = Dauer
column-slowest = Langsamste Antwort
column-cost = Kosten
column-name = Name
column-phone = Telefon
column-next = Nächster Termin
column-last = Letzter Termin
column-visits = Termine
pager-rows = { $count ->
    [one] Eine Zeile
   *[other] { $count } Zeilen
 }
pager-first = Zum Anfang
pager-next = Weitere

crumbs = Pfad
call-newer = Neuerer Anruf
call-older = Älterer Anruf
call-length = { $length } Minuten
call-to-task = Zur Aufgabe
call-glance = Auf einen Blick
call-course = Verlauf
call-strip = Gespräch von { $from } bis { $to }, { $functions ->
    [one] ein Funktionsaufruf
   *[other] { $functions } Funktionsaufrufe
 }.
lane-caller = Anrufer
lane-agent = Agent
lane-functions = Funktionen
lane-webhooks = Webhooks
lane-talk = Gespräch
lane-technology = Funktionen und Webhooks
lane-calendar = Kalender
call-agent-speaks = Agent
call-arguments = Anfrage
call-answer = Antwort
call-ids = Kennung
call-hidden = Namen und Nummern sieht, wer Kunden sehen darf.
call-repeated = { $count ->
    [one] einmal wiederholt
   *[other] { $count }-mal wiederholt
 }
call-waiting = wartet
call-made = Gebucht { $reference }
call-task = Aufgabe angelegt
call-beside = Zum Anruf
call-words = Wortlaut
call-words-shown = Der Wortlaut steht im Verlauf. Dass Sie ihn gelesen haben, steht im Prüfprotokoll.
call-words-none = Zu diesem Anruf ist kein Wortlaut aufbewahrt.
call-words-hidden = Den Wortlaut sehen nur, wer ihn für die Arbeit braucht.
call-words-reason = Der Wortlaut ist geschützt. Nennen Sie einen Grund, er steht im Prüfprotokoll.
call-reason = Grund
call-words-do = Mit Grund lesen
call-facts = Daten
call-begun = Begonnen
call-ended-because = Geendet
call-agent-latency = Agent p50 / p95
call-cost = Kosten
call-rate = 1 $ = { $rate } €

verdict-running = Das Gespräch läuft.
verdict-running-text = Diese Seite zeigt, was geschieht, während es geschieht.
verdict-booked = Gebucht. Der Termin steht.
verdict-booked-text = { $when } bei { $staff }. Gesagt und gebucht stimmen überein.
verdict-booked-then-cancelled = Gebucht, inzwischen abgesagt.
verdict-booked-then-cancelled-text = { $when } bei { $staff } wurde später storniert.
verdict-provisional = Vorgemerkt. Cal.com hat noch nicht bestätigt.
verdict-provisional-text = { $when } bei { $staff } ist hier gehalten. Gelingt die Bestätigung nicht, entsteht ein Rückruf.
verdict-refused-later = Nicht gebucht: Cal.com hat die Zeit nicht angenommen.
verdict-refused-later-text = { $when } bei { $staff } war vorgemerkt, ist aber vergeben. Rufen Sie zurück und bieten Sie eine andere Zeit an.
verdict-moved = Verschoben. Der neue Termin steht.
verdict-moved-text = Der Anrufer hat seinen Termin verlegt.
verdict-cancelled = Abgesagt, wie gewünscht.
verdict-cancelled-text = Der Termin ist storniert, die Zeit ist wieder frei.
verdict-call-back-open = Nicht gebucht. Der Anrufer wartet auf einen Rückruf.
verdict-call-back-open-text = Am Telefon wurde ein Rückruf versprochen; noch hat niemand ihn erledigt.
verdict-call-back-done = Nicht gebucht. Zurückgerufen wurde schon.
verdict-call-back-done-text = Ein Rückruf war versprochen und ist erledigt.
verdict-transferred = Verbunden. Ein Mensch hat übernommen.
verdict-transferred-text = Was dann besprochen wurde, steht hier nicht.
verdict-not-free = Nicht gebucht: die gewünschte Zeit war nicht frei.
verdict-not-free-text = Andere Zeiten wurden genannt; der Anrufer nahm keine davon.
verdict-nothing-free = Nicht gebucht: nichts war frei.
verdict-nothing-free-text = Im gewünschten Zeitraum gab es keine Zeit. Prüfen Sie Arbeitszeiten und Abwesenheiten.
verdict-question-open = Nicht gebucht: eine Frage blieb offen.
verdict-question-open-text = Bei { $function } fehlte eine Angabe, und das Gespräch endete vorher. Die Frage steht im Verlauf.
verdict-against-rules = Nicht gebucht: eine Ihrer Regeln verbot es.
verdict-against-rules-text = Die Antwort von { $function } nennt die Regel. Sie steht bei Filiale, Leistung oder Firma.
verdict-failed = Nicht gebucht: wir konnten nicht antworten.
verdict-failed-text = { $function } schlug fehl. Die Kennung im Verlauf führt zum Protokoll.
verdict-not-taken = Nicht gebucht: eine freie Zeit wurde genannt, aber nicht genommen.
verdict-not-taken-text = Nach der Auskunft kam keine Buchung mehr.
verdict-informed = Eine Auskunft, kein Terminwunsch.
verdict-informed-text = Es wurde nach etwas gefragt und geantwortet.
verdict-hung-up = Aufgelegt, bevor ein Anliegen genannt wurde.
verdict-hung-up-text = In diesem Gespräch wurde nichts gefragt und nichts gebucht.

status-refused = Abgelehnt
status-completed = Stattgefunden
status-no-show = Nicht erschienen
calendar-week-title = { $from } bis { $to } { $year }
calendar-lead = { $count ->
    [0] Keine Termine
    [one] Ein Termin
   *[other] { $count } Termine
 }{ $provisional ->
    [0] {""}
    [one] , einer noch vorläufig
   *[other] , { $provisional } noch vorläufig
 }. Zeiten in { $zone }.
calendar-previous = Zurück
calendar-next = Weiter
calendar-today = Heute
calendar-view = Ansicht
calendar-pick-day = Tag wählen
calendar-pick-person = Person wählen
calendar-team = Team in dieser Woche
calendar-team-head = Team, 6 bis 22 Uhr
calendar-busy-head = belegt
calendar-busy = { $busy } Std. von { $open }
calendar-pause = Pause
calendar-off = frei
calendar-wait = { $minutes } Min. Wartezeit, frei
calendar-minutes = { $minutes } Minuten
calendar-foreign = Anderer Kalender
calendar-legend-provisional = Vorläufig, schraffiert
calendar-legend-wait = gepunktet: Wartezeit, frei für andere
calendar-empty = Noch niemand im Team
calendar-empty-text = Sobald jemand mit Arbeitszeiten angelegt ist, steht hier die Woche.
appointment-title = Termin
appointment-when = Wann
appointment-service = Leistung
appointment-parts = Ablauf
appointment-price = Preis
appointment-staff = Mit
appointment-made = Gebucht
appointment-by-phone = am Telefon
appointment-by-hand = von Hand
appointment-reference = Nummer
appointment-customer = Zum Kunden
appointment-provisional = Cal.com hat noch nicht bestätigt.
appointment-provisional-text = Der Platz ist hier gehalten.
part-work = { $minutes } Min.
part-wait = { $minutes } Min. warten

customers-lead = { $count } Kunden, nach Namen.
customers-lead-own = Wer bei Ihnen war oder kommt, nach Namen.
customers-search = Name, Nummer oder E-Mail
customers-table = Kunden, nach Namen
customers-empty = Noch keine Kunden
customers-empty-text = Wer am Telefon bucht, steht danach hier.
customer-next = Nächster Termin: { $when }
customer-no-next = Kein Termin in Sicht.
customer-history = Termine
customer-history-table = Termine, neueste zuerst
customer-no-history = Noch kein Termin.
customer-data = Kontakt
customer-since = Bekannt seit
customer-alike = Vielleicht dieselbe Person
search-results = Treffer
search-nothing = Nichts gefunden
search-nothing-text = Prüfen Sie die Schreibweise, oder suchen Sie mit weniger Zeichen.
search-call = Anruf, { $when }
search-appointment = Termin, { $when }

status-title = { $troubles ->
    [0] Alles läuft.
    [one] Ein Teil hat Schwierigkeiten. Das Telefon antwortet.
   *[other] { $troubles } Teile haben Schwierigkeiten. Das Telefon antwortet.
 }
status-lead = Was das Control Center gerade von seinen Teilen weiß.
status-parts = Teile
status-phone = Telefon
status-phone-text = nimmt Anrufe an
status-away = Antwortet nicht
status-database-away = Auskünfte kommen aus dem letzten bekannten Stand, Rückrufe werden gemerkt.
status-provider-text = Anfragen gehen durch
status-trouble = Gestört
status-provider-trouble = Wir antworten aus dem eigenen Kalender und holen es nach.
status-foot = Stand { $time } { $zone }
