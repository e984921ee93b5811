nav-label = Main navigation
nav-today = Today
nav-overview = Overview
nav-calls = Calls
nav-calendar = Calendar
nav-own-calendar = My calendar
nav-tasks = Tasks
nav-customers = Customers
nav-own-customers = My customers
nav-business = Business
nav-branches = Branches and hours
nav-team = Team
nav-services = Services
nav-operation = Operation
nav-state = State
nav-more = More
nav-running = running:
nav-open = open:

frame-all-branches = All branches
frame-company = Switch company, now
frame-branch = Switch branch, now
frame-search = Search
frame-search-hint = Call, customer, appointment …
frame-live = Live
frame-stale = Disconnected, reconnecting. As of
frame-account = My account
frame-theme = Colours
theme-system = Same as system
theme-light = Light
theme-dark = Dark
density-compact = Compact rows
density-comfortable = Comfortable rows

weekdays = Monday Tuesday Wednesday Thursday Friday Saturday Sunday
weekdays-short = Mon Tue Wed Thu Fri Sat Sun
months = January February March April May June July August September October November December
day-today = today
day-yesterday = yesterday
day-tomorrow = tomorrow
ago = { $unit ->
    [seconds] just now
    [minutes] { $count ->
        [one] a minute ago
       *[other] { $count } minutes ago
     }
    [hours] { $count ->
        [one] an hour ago
       *[other] { $count } hours ago
     }
   *[days] { $count } days ago
 }
due-in = { $unit ->
    [seconds] due now
    [minutes] { $count ->
        [one] due in a minute
       *[other] due in { $count } minutes
     }
    [hours] { $count ->
        [one] due in an hour
       *[other] due in { $count } hours
     }
   *[days] due in { $count } days
 }
due-since = { $unit ->
    [seconds] due now
    [minutes] { $count ->
        [one] due a minute ago
       *[other] due { $count } minutes ago
     }
    [hours] { $count ->
        [one] due an hour ago
       *[other] due { $count } hours ago
     }
   *[days] due { $count } days ago
 }
minutes = { $hours ->
    [0] { $minutes } min
   *[other] { $minutes ->
        [0] { $hours } h
       *[other] { $hours } h { $minutes } min
     }
 }

do-save = Save
do-discard = Discard
do-cancel = Cancel
do-copy = Copy
do-copied = Copied
do-undo = Undo
do-again = Try again
pager-newer = Newer
pager-older = Older
form-wrong = Two entries do not fit yet.
conflict-text = Your input is kept, nothing is saved yet. Only what differs is shown.
conflict-mine = Yours:
conflict-theirs = Theirs:
conflict-save = Save this

start-title = Welcome.
start-lead = No company belongs to your account yet.
start-empty = No company yet
start-empty-text = Create the first one on the server: askpro company create. Then calls, appointments and tasks appear here.

keys-title = Keys
keys-lead = Everything works without a mouse. These keys are the short way.
keys-everywhere = Everywhere
keys-search = Search
keys-close = Close, leave a field
keys-undo = Undo the last step
keys-go = Go to
keys-lists = Lists and calendar
keys-rows = Next row, previous row
keys-open = Open
keys-filter = To the filter
keys-days = One day back or on
keys-move = Pick up an appointment, move it with arrows, drop it with Enter

status-confirmed = Confirmed
status-provisional = Provisional
status-cancelled = Cancelled
outcome-running = Live
outcome-booked = Booked
outcome-moved = Moved
outcome-cancelled = Called off
outcome-provisional = Provisional
outcome-informed = Answered
outcome-transferred = Put through
breaker-closed = Closed
breaker-half-open = Half open
breaker-open = Open
appointment-cancel = Cancel appointment
task-take = Take over
calendar-day = Day
calendar-week = Week
calls-empty = No call yet
calls-empty-text = As soon as somebody rings, the conversation stands here while it runs.
figure-calls = Calls today
figure-missed = Hung up
chart-calls = Calls per hour
chart-calls-head = Calls
chart-booked = booked
chart-other = other matters
chart-human = call-back needed
chart-hour = Hour
chart-latency = Response time of functions
chart-band = p50 to p95
chart-target = target 2.0 s
chart-as-table = As a table

pieces-title = Components
pieces-lead = Every state on one page: empty, loading, error, stale, conflict, undo.
pieces-states = State words
pieces-human = Needs a person
pieces-stale = As of 4 min ago
pieces-breaker = Circuit breaker
pieces-buttons = Buttons
pieces-disabled = Disabled
pieces-focus = Focus
pieces-segment = View
pieces-form = Form with errors
pieces-service = Name of the service
pieces-perm = Perm
pieces-duration = Duration in minutes
pieces-duration-wrong = Enter at least 5 minutes.
pieces-synonyms = Synonyms, as customers say it
pieces-synonyms-value = Wave, curls
pieces-synonym-wrong = “Wave” belongs to “Water wave” already. Remove it here or there.
pieces-person = Person
pieces-person-hint = Only those who do this service.
pieces-check = Offer on the phone
pieces-conflict = Two people, one record
pieces-conflict-title = Jan Petersen changed this service 2 minutes ago.
pieces-price = Which price should hold?
pieces-price-mine = €95.00
pieces-price-theirs = €92.00
pieces-empty = Empty
pieces-empty-do = Check the number
pieces-loading = Loading, with progress from one second
pieces-progress = 412 of 1,000 customers checked, about 35 s left
pieces-notes = Notes
pieces-note-stale = Retell does not answer.
pieces-note-stale-text = You see the state of 14:18. Reading works, calls are still taken.
pieces-note-live = Just booked on the phone:
pieces-note-live-text = Miriam Roth, Fri 27 Nov, 9:30
pieces-note-ok = Both calendars agree.
pieces-note-ok-text = Last checked at 14:31.
pieces-note-warn = Cal.com has not confirmed yet.
pieces-note-warn-text = The time is held here. If it does not work by 14:40, a call-back is created.
pieces-note-human = Not booked. Ms Vogt waits for a call.
pieces-note-human-text = Two times are still free.
pieces-note-bad = The response times could not be loaded.
pieces-note-bad-text = The rest of the page is right.
pieces-undo = Undo instead of a question
pieces-undone = Karin Winter's appointment is cancelled.
pieces-figures = Figures
pieces-figure-below = 9 more than a week ago
pieces-figure-none = none
pieces-chart = Charts
pieces-chart-finding = Busiest was 11 o'clock: 27 calls, 13 of them booked.
pieces-band-finding = Half of the answers came within 0.2 seconds, p95 rose to 1.3 seconds at 12 o'clock. The target of 2.0 seconds was kept.
pieces-copy = Ids and pages
pieces-pager = 1 to 50
