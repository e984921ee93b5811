product = AskPro Control Center
skip = Skip to content
other-language = Deutsch
sign-out = Sign out
email = Email
password = Password

login-title = Sign in
login-lead = With the address your invitation went to.
login-do = Sign in
login-forgot = Forgot password
login-hint = If you have set up a second factor, we ask for it next. After five wrong attempts you wait a little.
login-refused = Address and password do not match. Check both.
login-busy = Very many people are signing in right now. Try again in a few seconds.
login-wait = That was too many attempts from here. Wait { $seconds ->
    [one] one second
   *[other] { $seconds } seconds
 }, then go on.
login-over = Your session has ended. Sign in again.
login-changed = Your password is set. Sign in with it.
login-out = You are signed out.

story-title = One call, one appointment, one proof
story-lead = This is what a good conversation looks like here.
story-said = “On Friday at half past two, with Ayla.”
story-free = Friday, 27 November, 14:30, free
story-booked = Appointment 7K 3M 9P
story-confirmed = Confirmed
story-agrees = What was said is what was booked

code-title = Second factor
code-lead = Enter the code from your app, or one of your recovery codes.
code-label = Code
code-do = Continue
code-wrong = This code does not open. Take the next one, and check your phone's clock.
code-other = Sign in with another account

forgot-title = Forgot password
forgot-lead = Whoever manages accounts at your company gives you the link for a new password.
forgot-body = You get a link that works for one hour and opens once. Afterwards you are signed out everywhere; a second factor stays.
forgot-admin = You manage accounts yourself? On the server: askpro user reset --email YOUR-ADDRESS
forgot-ask = Enter the address with which you sign in. We send the link there.
forgot-do = Send me the link
forgot-asked = If there is an account for this address, the link is on its way.
forgot-asked-note = Nothing there after a few minutes? Look into the spam folder, or ask whoever manages accounts at your company.
forgot-back = Back to sign-in

choose-invitation-title = Welcome
choose-invitation-lead = Choose your password. Then sign in with it.
choose-reset-title = New password
choose-reset-lead = Choose a new password. You will be signed out everywhere.
choose-label = New password
choose-hint = At least 12 characters. A few words in a row are easy to remember.
choose-do = Set password
gone-title = This link does not open any more.
gone-lead = It was used, has expired or was not copied whole. Ask for a new one.

weak-short = Take at least 12 characters.
weak-long = Take at most 200 characters.
weak-common = This password is among the first that are tried. Take another one.
weak-personal = This is hardly more than your name. Take another one.

profile-title = Your account
profile-lead = { $factor ->
    [on] The second factor is on.
   *[off] The second factor is off.
 } { $sessions ->
    [one] You are signed in on one device.
   *[other] You are signed in on { $sessions } devices.
 }
profile-done-password = Your password is changed. All other devices are signed out.
profile-done-session = The device is signed out.
profile-you = You
profile-name = Name
profile-roles = Rights
profile-everywhere = all companies
profile-password = Change password
profile-present = Present password
profile-password-do = Change password
profile-password-wrong = The present password is another one.
profile-password-note = All other devices are signed out.
profile-sessions = Devices signed in
profile-session-agent = Device
profile-session-address = Address
profile-session-since = Signed in
profile-session-seen = Last seen
profile-session-here = This device
profile-session-end = Sign out
role-super_admin = Manages everything
role-retell_manager = Manages agents
role-company_admin = Manages the company
role-staff = Own calendar
role-auditor = Reads

factor-title = Second factor
factor-on = On
factor-off = Off
factor-on-body = After the password we ask for a code from your app.
factor-left = { $count ->
    [0] You have no recovery code left.
    [one] You have one recovery code left.
   *[other] You have { $count } recovery codes left.
 }
factor-off-body = With an app on your phone, nobody gets in who only knows your password.
factor-set-up = Set up second factor
factor-renew = Make new codes
factor-renew-hint = The old codes open no longer then. Take a fresh code from the app.

passkey-title = Passkeys
passkey-none = A passkey confirms you with a fingerprint, your face or a security key, without any code.
passkey-instead = Or a passkey
passkey-name = Name of the passkey
passkey-hint = So that you recognise it, “laptop at the salon” for example.
passkey-do = Add passkey
passkey-use = Confirm with passkey
passkey-used = last used
passkey-remove = Remove
passkey-made = The passkey is set up.
passkey-gone = The passkey is removed. All other devices are signed out.
passkey-failed = Nobody confirmed. Try again.
passkey-refused = This answer does not belong to this page. Load the page again and retry.
passkey-full = This passkey is set up already, or there are ten. Remove one first.
passkey-last = You may not work without a second factor. Set up another one first.
passkey-wrong = This passkey does not open. Try again, or take a code.

enrol-title = Set up second factor
enrol-lead = It takes a minute: scan the picture, enter the code.
enrol-must = Whoever manages all companies needs a second factor. Set it up, then go on.
enrol-scan = Scan the picture with an authenticator app.
enrol-picture = QR code with the key that stands beside it
enrol-type = If that does not work, type this key:
enrol-open = Open in the app on this device
enrol-label = Code that the app shows
enrol-do = Confirm
codes-title = The second factor is on.
codes-renewed = Here are your new codes.
codes-lead = Keep these codes, apart from your phone. Each opens once, should the phone be gone. They are shown only now.
codes-do = I have kept them

error-phone = The phone is not affected
error-404 = This page does not exist.
error-404-lead = It may have moved, or a character of the address is missing.
error-403 = You may not do this here.
error-403-lead = Your rights do not reach that far, or the request did not come from one of our pages. Load the page again and retry.
error-429 = That was too often.
error-429-lead = Wait a moment, then go on.
error-400 = This request could not be read.
error-400-lead = Go back and try again.
error-503 = This page did not load.
error-503-lead = A part of the system does not answer right now. Try again in a few seconds.
error-500 = This page did not load.
error-500-lead = That was our mistake. Calls are still being answered.
error-home = To the front page
error-repeats = If it happens again
error-number = Tell us this number. With it we find exactly this event.

nav-access = Access
nav-people = People
people-title = People
people-lead = Who works here, and what they may do.
people-members = With access
people-state = State
people-more = More
people-disabled = Disabled
people-is-invited = Invited
people-password-only = Password only
people-change = Change
people-remove = Remove
people-invite = Invite
people-invite-do = Send invitation
people-invited = The invitation is on its way.
people-done = Done. Whoever is concerned signs in anew.
people-oneself = Somebody else changes your own rights.
people-unfit = Check name, address and right.
people-no-mail = No mail is set up here. Invite on the server: askpro user invite
people-required = Everybody here needs a second factor.
people-optional = The second factor is optional here.
people-require = Make it mandatory
people-stop-requiring = Make it optional
people-require-note = Everybody signs in anew afterwards.
