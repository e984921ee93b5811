use crate::Ground;

fn id(number: u32) -> String {
    format!("'00000000-0000-7000-8000-{number:012}'")
}

impl Ground {
    /// Writes a row, or a few, into every table that there is, by the columns it
    /// was created with. The tables must be empty.
    pub fn write_rows(&self) {
        let postgres = !self.url.starts_with("sqlite:");
        let at = |minute: i64| {
            let microseconds = 1_790_000_000_000_000 + minute * 60_000_000;
            if postgres {
                format!("to_timestamp({microseconds} / 1000000.0)")
            } else {
                microseconds.to_string()
            }
        };
        let yes = if postgres { "true" } else { "1" };
        let bytes = |hex: &str| if postgres { format!("'\\x{hex}'") } else { format!("x'{hex}'") };
        let (c, b, p, q, s, u) = (id(1), id(2), id(3), id(4), id(5), id(6));
        let (made, key) = (at(0), bytes("00ff10"));
        let mut statements = vec![
            format!(
                "INSERT INTO companies VALUES ({c}, 'Salon ''Ö''', 'de', '{{\"a\": 1}}', {yes}, 1, {made})"
            ),
            format!("INSERT INTO data_keys VALUES ({}, {c}, {key}, {yes}, {made})", id(10)),
            format!(
                "INSERT INTO branches (id, company_id, name, zone, language, phone, address, active, revision, created_at) VALUES ({b}, {c}, 'Mitte', 'Europe/Berlin', 'de', NULL, 'a\tb', {yes}, 1, {made})"
            ),
            format!(
                "INSERT INTO connections (id, company_id, kind, name, key_sealed, key_hint, settings, active, revision, created_at) VALUES ('conn_1', {c}, 'retell', 'T', {key}, 'k…', '{{}}', {yes}, 1, {made})"
            ),
        ];
        for person in [&p, &q] {
            statements.push(format!("INSERT INTO resources VALUES ({person}, {c}, {b}, 'person')"));
            statements.push(format!(
                "INSERT INTO staff VALUES ({person}, {c}, {b}, 'Anna', '[]', '[]', {yes}, 1, {made})"
            ));
        }
        statements.extend([
        format!("INSERT INTO services (id, company_id, branch_id, name, synonyms, price_cents, currency, segments, buffer_before_minutes, buffer_after_minutes, slot_interval_minutes, min_notice_minutes, booking_horizon_days, calendar, connection_id, event_type_id, active, revision, created_at) VALUES ({s}, {c}, {b}, 'Schnitt', '[]', 3200, 'EUR', '[]', 0, 0, 30, 0, 60, 'own', NULL, NULL, {yes}, 1, {made})"),
        format!("INSERT INTO service_staff VALUES ({c}, {s}, {p})"),
        format!("INSERT INTO customers (id, company_id, name, phone, email, revision, created_at) VALUES ({u}, {c}, 'Frau \\ Müller', '+4930', NULL, 1, {made})"),
    ]);
        for (number, person, from) in [(20, &p, 60), (21, &p, 90), (22, &q, 60)] {
            let (a, start, end) = (id(number), at(from), at(from + 30));
            statements.push(format!(
            "INSERT INTO appointments (id, company_id, branch_id, service_id, staff_id, customer_id, reference, status,
                 local_start, zone, zone_data_version, starts_at, ends_at, calendar, revision, created_at, updated_at)
             VALUES ({a}, {c}, {b}, {s}, {person}, {u}, 'REF{number}', 'confirmed', '2026-09-21T10:00', 'Europe/Berlin',
                 'z', {start}, {end}, 'own', 1, {made}, {made})"
        ));
            statements.push(format!(
                "INSERT INTO occupancy VALUES ({}, {c}, {person}, {a}, 'appointment', {start}, {end}, NULL)",
                id(number + 100)
            ));
        }
        let a = id(20);
        statements.extend([
        format!("INSERT INTO answers VALUES ({c}, 'key', {yes}, {key}, {a}, {yes}, {made})"),
        format!("INSERT INTO jobs (id, company_id, kind, subject_id, payload_sealed, status, attempts, due_at, leased_by, leased_until, last_error, created_at, updated_at) VALUES ({}, {c}, 'settle_booking', {a}, {key}, 'queued', 0, {made}, NULL, NULL, NULL, {made}, {made})", id(30)),
        format!("INSERT INTO deliveries VALUES ({}, {c}, 'conn_1', 'call_ended', 'f', {key}, 'received', 0, {made}, NULL)", id(31)),
        format!("INSERT INTO tasks (id, company_id, branch_id, kind, appointment_id, note_sealed, status, due_at, revision, created_at) VALUES ({}, {c}, {b}, 'call_back', {a}, NULL, 'open', {made}, 1, {made})", id(32)),
        format!("INSERT INTO audit VALUES ({}, {c}, {made}, 'test', 'made', 'x', NULL, {key})", id(33)),
        format!("INSERT INTO users VALUES ({}, 'a@example.com', 'A', 'hash', {yes}, 1, {made})", id(34)),
        format!("INSERT INTO memberships VALUES ({}, {c}, 'staff', {p}, {made})", id(34)),
        format!("INSERT INTO tokens (id, user_id, name, hash, hint, expires_at, revoked_at, last_used_at, created_at) VALUES ({}, {}, 't', {key}, 'h', {made}, NULL, NULL, {made})", id(35), id(34)),
    ]);
        let tables =
            askpro_store::migrate::snapshot(&self.url).expect("a migrated database can be read").rows;
        for (table, values) in [
            ("call_identities", format!("({c}, 'conn_1', 'call_1', {u}, 1, {made})")),
            (
                "phone_numbers",
                format!("({}, {c}, 'conn_1', {b}, '+49301', NULL, NULL, NULL, 1, {made})", id(61)),
            ),
            (
                "calls",
                format!(
                    "({}, {c}, 'conn_1', 'call_1', {b}, 'ended', NULL, NULL, NULL, NULL, NULL, NULL, {made}, NULL, NULL, NULL, NULL, 12500, NULL, NULL, NULL, NULL, 'none', NULL, {key}, {made}, {made})",
                    id(62)
                ),
            ),
            (
                "function_calls",
                format!("({}, {c}, {}, 'f', NULL, 'ok', NULL, {made}, 5, {key})", id(63), id(62)),
            ),
            ("audit_links", format!("({c}, 1, {c}, {}, {yes}, {key}, {made})", id(33))),
            ("customer_keys", format!("({}, {c}, {u}, {key}, {made})", id(80))),
            ("installation_keys", format!("({}, {key}, {yes}, {made})", id(70))),
            (
                "sessions",
                format!(
                    "({}, {}, {key}, 'full', '192.0.2.1', 'Browser', 0, {made}, {made}, {made}, NULL)",
                    id(71),
                    id(34)
                ),
            ),
            ("passkeys", format!("({}, {}, {key}, {key}, 0, 'Telefon', {made}, NULL)", id(73), id(34))),
            ("second_factors", format!("({}, {key}, 7, {made}, {made})", id(34))),
            ("recovery_codes", format!("({}, {key}, NULL, {made})", id(34))),
            ("password_links", format!("({key}, {}, 'reset', {made}, NULL, {made})", id(34))),
            ("sign_in_failures", format!("({key}, 3, {made})")),
            ("role_permissions", format!("('staff', 'manage_own_calendar', {made}, {made})")),
            ("narrowed_rights", format!("({c}, 'staff', 'manage_own_calendar', {made})")),
            ("request_windows", format!("({c}, 'conn_1', {made}, 4)")),
            (
                "incidents",
                format!("({}, {c}, 'provider_trouble', 'conn_1', 'x', 1, {made}, NULL, 1)", id(80)),
            ),
            (
                "mails",
                format!(
                    "({}, {c}, 'letter', {key}, 'queued', 0, {made}, NULL, NULL, NULL, {made}, {made})",
                    id(72)
                ),
            ),
            ("customer_merges", format!("({}, {c}, {u}, {u}, '[]', '{{}}', {made}, NULL)", id(80))),
            ("request_keys", format!("({c}, 'person', 'key', {key}, {key}, {made})")),
            ("request_counts", format!("({key}, 1, 1)")),
            ("calendar_entries", format!("({}, {c}, 'conn_1', 'bk1', {p}, {made}, {})", id(81), at(5))),
            ("wrong_references", format!("({}, {c}, 'conn_1', 'call_1', 'f0', {made})", id(60))),
        ] {
            if tables.contains_key(table) {
                statements.push(format!("INSERT INTO {table} VALUES {values}"));
            }
        }
        let statements: Vec<&str> = statements.iter().map(String::as_str).collect();
        self.as_owner(&statements).expect("rows can be written into an empty schema");
        let pictured = askpro_store::migrate::snapshot(&self.url).expect("a migrated database can be read");
        let empty: Vec<String> =
            pictured.rows.into_iter().filter(|(_, rows)| rows.is_empty()).map(|(table, _)| table).collect();
        assert!(empty.is_empty(), "these tables have no row to lose: {empty:?}");
    }

    /// Makes two of the appointments a series.
    pub fn write_series(&self) {
        let series = id(50);
        self.as_owner(&[&format!(
            "UPDATE appointments SET series_id = {series}, recurrence_rule = '{{\"rule\": \"FREQ=WEEKLY\"}}' WHERE reference <> 'REF20'"
        )])
        .expect("the newest schema has series");
    }
}
