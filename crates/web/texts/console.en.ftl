nav-label = Main navigation
nav-today = Today
nav-overview = Overview
nav-calls = Calls
nav-calendar = Calendar
nav-own-calendar = My calendar
nav-tasks = Tasks
nav-customers = Customers
nav-own-customers = My customers
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

overview-title = { $tasks ->
    [0] Nothing waits for you. The phone works.
    [one] One thing needs you. The phone works.
   *[other] { $tasks } things need you. The phone works.
 }
overview-lead = { $day }. { $calls ->
    [0] Nobody is talking right now.
    [one] One call is running.
   *[other] { $calls } calls are running.
 } { $provisional ->
    [0] Every appointment is confirmed.
    [one] One appointment is still provisional.
   *[other] { $provisional } appointments are still provisional.
 }
overview-human = Needs a person
overview-all-tasks = All tasks
overview-tasks-foot = { $dead ->
    [0] Nothing was left behind.
    [one] One step was given up after several tries.
   *[other] { $dead } steps were given up after several tries.
 }
overview-now = On the phone now
overview-talks = { $count ->
    [0] no call
    [one] one call
   *[other] { $count } calls
 }
overview-quiet = It is quiet
overview-quiet-text = The next conversation appears here while it runs.
overview-last = Last booked { $ago }: { $reference }
overview-figures = Figures of today
overview-all-calls = All calls
overview-providers = Who answers now
overview-breaker = Closed means: requests pass. Open means: blocked, we answer from our own calendar.
overview-made = Booked on the phone lately
overview-made-none = Nothing yet. The first appointment made on the phone appears here at once.
number-withheld = Number withheld
somebody = somebody
provider-heard = last heard { $ago }
provider-silent = nothing heard yet
provider-database = Database
provider-database-below = answers
provider-works = Works
breaker-paused = Pausing
figure-calls-below = { $way ->
    [same] as many as a week ago
    [more] { $count } more than a week ago
   *[less] { $count } fewer than a week ago
 }
figure-booked = Booked
figure-booked-below = { $count ->
    [0] none provisional
    [one] one still provisional
   *[other] { $count } still provisional
 }
figure-rate = Booking rate
figure-rate-below = { $booked } of { $wishes } wishes
figure-missed-below = without a request
figure-human = Call-backs
figure-human-below = promised on the phone
figure-answer = Response time p95
figure-answer-below = target 2.0 s · p50 { $p50 }
chart-now = now
chart-nothing = There was nothing to count in this time.
chart-hours-finding = Busiest was { $hour } o'clock: { $calls } calls, { $booked } of them booked.
chart-latency-finding = Half of the answers came within { $p50 }, 95 of 100 within { $p95 }. { $kept ->
    [yes] The target of 2.0 s was kept.
   *[no] The target of 2.0 s was not kept.
 }
chart-days = 30 days
chart-day = Day
chart-days-finding = In 30 days { $calls } calls, { $booked } of them booked.

tabs-label = Views
task-title = { $kind ->
    [call-back] Ring { $name } back
    [call-back-refused] Ring { $name } back: the appointment did not come about
    [unsettled] Settle the appointment of { $name }
   *[conflict] Two appointments at one time: { $name }
 }
task-about = { $kind ->
    [call-back-refused] { $when } with { $staff }, { $service }, was not accepted by Cal.com. Offer another time.
    [unsettled] { $when } with { $staff }, { $service }: Cal.com does not answer. Look there and ring.
   *[other] { $when } with { $staff }, { $service }. One of the two must move.
 }
task-no-topic = Without saying what it is about.
task-in-calendar = In the calendar
task-done = Done
tasks-title = { $count ->
    [0] Nothing waits for you.
    [one] One task waits for you.
   *[other] { $count } tasks wait for you.
 }
tasks-lead = { $late ->
    [0] None is overdue.
    [one] One is overdue.
   *[other] { $late } are overdue.
 } Times in { $zone }.
tasks-open = Open
tasks-done = Done
tasks-empty = All done
tasks-empty-text = Whoever wants to be rung back, and what does not finish by itself, appears here.

do-export = Export
outcome-call-back = Call-back
outcome-none = Hung up
sentiment-positive = friendly
sentiment-neutral = matter-of-fact
sentiment-negative = annoyed
calls-lead = { $count ->
    [one] One call
   *[other] { $count } calls
 }, { $booked } of them booked. Newest first, times in { $zone }.
calls-all = All
calls-booked = Booked
calls-not-booked = Not booked
calls-call-back = Call-back
calls-slow = Slow, above 1.5 s
calls-table = Calls, newest first
calls-new = Show new calls
call-about = { $service }, { $when } with { $staff }
call-agent = { $agent } v{ $version }
filter-label = Filter
filter-q = Name of the customer
filter-from = From
filter-to = To
filter-number = Number
filter-version = Version
filter-sentiment = Sentiment
filter-agent = Agent
filter-slow = Slower than (ms)
filter-any = any
filter-do = Filter
filter-remove = Remove filter:
column-time = Time
column-who = Who and what
column-outcome = Outcome
column-branch = Branch
column-agent = Agent
column-length = Length
column-slowest = Slowest answer
column-cost = Cost
column-name = Name
column-phone = Phone
column-next = Next appointment
column-last = Last appointment
column-visits = Appointments
pager-rows = { $count ->
    [one] One row
   *[other] { $count } rows
 }
pager-first = To the start
pager-next = More

crumbs = Path
call-newer = Newer call
call-older = Older call
call-length = { $length } minutes
call-to-task = To the task
call-glance = At a glance
call-course = Timeline
call-strip = Conversation from { $from } to { $to }, { $functions ->
    [one] one function call
   *[other] { $functions } function calls
 }.
lane-caller = Caller
lane-agent = Agent
lane-functions = Functions
lane-webhooks = Webhooks
lane-talk = Conversation
lane-technology = Functions and webhooks
lane-calendar = Calendar
call-agent-speaks = Agent
call-arguments = Arguments
call-answer = Answer
call-ids = Ids
call-hidden = Names and numbers are for those who may see customers.
call-repeated = { $count ->
    [one] repeated once
   *[other] repeated { $count } times
 }
call-waiting = waiting
call-made = Booked { $reference }
call-task = Task created
call-beside = About the call
call-words = Transcript
call-words-shown = The words stand in the timeline. That you read them is in the audit log.
call-words-none = No words are kept of this call.
call-words-hidden = Only those who need the words for their work see them.
call-words-reason = The words are protected. Give a reason; it stands in the audit log.
call-reason = Reason
call-words-do = Read with a reason
call-facts = Facts
call-begun = Begun
call-ended-because = Ended
call-agent-latency = Agent p50 / p95
call-cost = Cost
call-rate = $1 = €{ $rate }

verdict-running = The call is running.
verdict-running-text = This page shows what happens while it happens.
verdict-booked = Booked. The appointment stands.
verdict-booked-text = { $when } with { $staff }. What was said and what is booked agree.
verdict-booked-then-cancelled = Booked, cancelled since.
verdict-booked-then-cancelled-text = { $when } with { $staff } was cancelled later.
verdict-provisional = Noted. Cal.com has not confirmed yet.
verdict-provisional-text = { $when } with { $staff } is held here. If confirming fails, a call-back is created.
verdict-refused-later = Not booked: Cal.com did not accept the time.
verdict-refused-later-text = { $when } with { $staff } was noted but is taken. Ring back and offer another time.
verdict-moved = Moved. The new appointment stands.
verdict-moved-text = The caller moved their appointment.
verdict-cancelled = Cancelled as wished.
verdict-cancelled-text = The appointment is cancelled, its time is free again.
verdict-call-back-open = Not booked. The caller waits to be rung back.
verdict-call-back-open-text = A call-back was promised on the phone; nobody has done it yet.
verdict-call-back-done = Not booked. Rung back already.
verdict-call-back-done-text = A call-back was promised and is done.
verdict-transferred = Put through. A person took over.
verdict-transferred-text = What was said then does not stand here.
verdict-not-free = Not booked: the wished time was not free.
verdict-not-free-text = Other times were offered; the caller took none of them.
verdict-nothing-free = Not booked: nothing was free.
verdict-nothing-free-text = There was no time in the wished period. Check working hours and absences.
verdict-question-open = Not booked: a question stayed open.
verdict-question-open-text = { $function } lacked a detail, and the call ended before. The question stands in the timeline.
verdict-against-rules = Not booked: one of your rules forbade it.
verdict-against-rules-text = The answer of { $function } names the rule. It stands with branch, service or company.
verdict-failed = Not booked: we could not answer.
verdict-failed-text = { $function } failed. The id in the timeline leads to the log.
verdict-not-taken = Not booked: a free time was told but not taken.
verdict-not-taken-text = After the answer no booking followed.
verdict-informed = An answer, no wish for an appointment.
verdict-informed-text = Something was asked and answered.
verdict-hung-up = Hung up before anything was asked.
verdict-hung-up-text = Nothing was asked and nothing booked in this call.

status-refused = Refused
status-completed = Took place
status-no-show = No show
calendar-week-title = { $from } to { $to } { $year }
calendar-lead = { $count ->
    [0] No appointments
    [one] One appointment
   *[other] { $count } appointments
 }{ $provisional ->
    [0] {""}
    [one] , one still provisional
   *[other] , { $provisional } still provisional
 }. Times in { $zone }.
calendar-previous = Back
calendar-next = On
calendar-today = Today
calendar-view = View
calendar-pick-day = Choose a day
calendar-pick-person = Choose a person
calendar-team = Team in this week
calendar-team-head = Team, 6:00 to 22:00
calendar-busy-head = busy
calendar-busy = { $busy } h of { $open }
calendar-pause = Break
calendar-off = off
calendar-wait = { $minutes } min waiting, free
calendar-minutes = { $minutes } minutes
calendar-foreign = Other calendar
calendar-legend-provisional = Provisional, hatched
calendar-legend-wait = dotted: waiting time, free for others
calendar-empty = Nobody in the team yet
calendar-empty-text = As soon as somebody with working hours exists, the week stands here.
appointment-title = Appointment
appointment-when = When
appointment-service = Service
appointment-parts = Parts
appointment-price = Price
appointment-staff = With
appointment-made = Booked
appointment-by-phone = on the phone
appointment-by-hand = by hand
appointment-reference = Reference
appointment-customer = To the customer
appointment-provisional = Cal.com has not confirmed yet.
appointment-provisional-text = The time is held here.
part-work = { $minutes } min
part-wait = { $minutes } min waiting

customers-lead = { $count } customers, by name.
customers-lead-own = Who was with you or will come, by name.
customers-search = Name, number or e-mail
customers-table = Customers, by name
customers-empty = No customers yet
customers-empty-text = Whoever books on the phone stands here afterwards.
customer-next = Next appointment: { $when }
customer-no-next = No appointment ahead.
customer-history = Appointments
customer-history-table = Appointments, newest first
customer-no-history = No appointment yet.
customer-data = Contact
customer-since = Known since
customer-alike = Perhaps the same person
search-results = Results
search-nothing = Nothing found
search-nothing-text = Check the spelling, or search with fewer characters.
search-call = Call, { $when }
search-appointment = Appointment, { $when }

status-title = { $troubles ->
    [0] Everything works.
    [one] One part is in trouble. The phone answers.
   *[other] { $troubles } parts are in trouble. The phone answers.
 }
status-lead = What the control center knows of its parts right now.
status-parts = Parts
status-phone = Phone
status-phone-text = takes calls
status-away = Does not answer
status-database-away = Answers come from what is last known, call-backs are kept.
status-provider-text = Requests pass
status-trouble = In trouble
status-provider-trouble = We answer from our own calendar and catch up.
status-foot = As of { $time } { $zone }
