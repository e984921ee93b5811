nav-label = Hauptnavigation
nav-today = Heute
nav-overview = Übersicht
nav-calls = Anrufe
nav-calendar = Kalender
nav-own-calendar = Mein Kalender
nav-tasks = Aufgaben
nav-customers = Kunden
nav-own-customers = Meine Kunden
nav-business = Geschäft
nav-branches = Filialen und Zeiten
nav-team = Team
nav-services = Leistungen
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
minutes = { $hours ->
    [0] { $minutes } Min.
   *[other] { $minutes ->
        [0] { $hours } Std.
       *[other] { $hours } Std. { $minutes } Min.
     }
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
