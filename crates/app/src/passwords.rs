//! Hashing of passwords, bounded: it is slow and hungry on purpose, so only a few
//! run at once, a short queue waits, and whoever comes beyond that is told to
//! come again.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use askpro_domain::{ids::Chance, secret::Secret};
use tokio::sync::Semaphore;

/// What one hashing costs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// How often the memory is gone through.
    pub passes: u32,
}

impl Cost {
    /// For machines of two to eight cores; what was measured stands in
    /// `docs/decisions/0007-sign-in.md`. OWASP's floor is 19 MiB and 2 passes.
    pub const STANDARD: Self = Self { memory_kib: 64 * 1024, passes: 3 };

    /// For tests of everything else; never in a program that is reachable.
    pub const CHEAP: Self = Self { memory_kib: 64, passes: 1 };
}

/// Hashings that may wait for their turn, per one that may run.
const WAITING_PER_RUNNING: usize = 8;

/// How long one waits at most.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why nothing was hashed.
#[derive(Debug, thiserror::Error)]
pub enum HashError {
    /// Too many want to sign in at once; a few seconds later there is room.
    #[error("too many passwords are being checked; try again in a few seconds")]
    Busy,
    /// The hasher refused its own parameters; a mistake in this program.
    #[error("the password cannot be hashed")]
    Broken,
}

/// Hashes and checks passwords.
pub struct Passwords {
    cost: Cost,
    running: Arc<Semaphore>,
    queued: AtomicUsize,
    queue: usize,
    done: Arc<AtomicU64>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self::with(Cost::STANDARD)
    }
}

impl Passwords {
    /// With a cost; half of the cores at once, so that calls go on being answered.
    pub fn with(cost: Cost) -> Self {
        let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let running = (cores / 2).max(1);
        Self {
            cost,
            running: Arc::new(Semaphore::new(running)),
            queued: AtomicUsize::new(0),
            queue: running * WAITING_PER_RUNNING,
            done: Arc::default(),
        }
    }

    /// How many hashings were done since the start.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    fn hasher(cost: Cost) -> Result<Argon2<'static>, HashError> {
        let params = Params::new(cost.memory_kib, cost.passes, 1, None).map_err(|_| HashError::Broken)?;
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }

    /// The hash of a password with a fresh salt, in PHC form.
    pub async fn hash(&self, password: Secret, chance: &dyn Chance) -> Result<String, HashError> {
        let mut salt = [0; 16];
        chance.fill(&mut salt);
        let (cost, done) = (self.cost, Arc::clone(&self.done));
        self.run(move || derive(&Self::hasher(cost)?, &password, &salt, &done)).await?
    }

    /// Whether a password belongs to a stored hash. Without a hash, or with one
    /// that is no hash, it takes just as long and is false.
    pub async fn verify(&self, password: Secret, stored: Option<String>) -> Result<bool, HashError> {
        let (cost, done) = (self.cost, Arc::clone(&self.done));
        self.run(move || {
            let hasher = Self::hasher(cost)?;
            match stored.filter(|stored| stored.starts_with("$argon2")) {
                Some(stored) => {
                    let is_right =
                        hasher.verify_password(password.expose().as_bytes(), stored.as_str()).is_ok();
                    done.fetch_add(1, Ordering::Relaxed);
                    Ok(is_right)
                }
                None => derive(&hasher, &password, &[0; 16], &done).map(|_| false),
            }
        })
        .await?
    }

    /// Whether a stored hash was made with another cost than is used now.
    pub fn is_dated(&self, stored: &str) -> bool {
        !stored.contains(&format!("$m={},t={},p=1$", self.cost.memory_kib, self.cost.passes))
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HashError> {
        let place = Queued::join(&self.queued, self.queue).ok_or(HashError::Busy)?;
        let permit = tokio::time::timeout(PATIENCE, Arc::clone(&self.running).acquire_owned())
            .await
            .map_err(|_| HashError::Busy)?
            .map_err(|_| HashError::Busy)?;
        drop(place);
        // The permit goes along: a request that is given up must not make room
        // while its hashing still runs.
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        })
        .await
        .map_err(|_| HashError::Broken)
    }
}

fn derive(
    hasher: &Argon2<'_>,
    password: &Secret,
    salt: &[u8],
    done: &AtomicU64,
) -> Result<String, HashError> {
    let hash = hasher.hash_password_with_salt(password.expose().as_bytes(), salt);
    done.fetch_add(1, Ordering::Relaxed);
    hash.map(|hash| hash.to_string()).map_err(|_| HashError::Broken)
}

/// A place in the queue, given back when dropped.
struct Queued<'q>(&'q AtomicUsize);

impl<'q> Queued<'q> {
    fn join(queue: &'q AtomicUsize, longest: usize) -> Option<Self> {
        let joined = queue.fetch_add(1, Ordering::AcqRel) < longest;
        let place = Self(queue);
        joined.then_some(place)
    }
}

impl Drop for Queued<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use askpro_domain::ids::SeededChance;

    use super::*;

    fn secret(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    #[tokio::test]
    async fn a_password_is_known_again_and_no_other() {
        let passwords = Passwords::with(Cost::CHEAP);
        let hash = passwords.hash(secret("Vier Enten"), &SeededChance::new(1)).await.unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(passwords.verify(secret("Vier Enten"), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify(secret("Vier Gänse"), Some(hash.clone())).await.unwrap());
        for no_hash in [None, Some(String::new()), Some("!".into()), Some("$argon2id$v=19$".into())] {
            assert!(!passwords.verify(secret("Vier Enten"), no_hash).await.unwrap());
        }
        assert!(!passwords.is_dated(&hash));
        assert!(Passwords::with(Cost { memory_kib: 128, passes: 1 }).is_dated(&hash));
    }

    #[tokio::test]
    async fn a_flood_is_turned_away_rather_than_queued_without_end() {
        let passwords = Arc::new(Passwords::with(Cost { memory_kib: 4096, passes: 2 }));
        let flood: Vec<_> = (0..500)
            .map(|_| {
                let passwords = Arc::clone(&passwords);
                tokio::spawn(async move { passwords.verify(secret("x"), None).await })
            })
            .collect();
        let mut busy = 0;
        for one in flood {
            busy += usize::from(matches!(one.await.unwrap(), Err(HashError::Busy)));
        }
        assert!(busy > 300, "{busy} of 500 were turned away");
        assert!(!passwords.verify(secret("x"), None).await.unwrap(), "afterwards there is room again");
    }

    /// Prints what hashing takes here: `cargo nextest run -p askpro-app hashing_takes --no-capture`.
    #[expect(clippy::print_stderr, reason = "the figure is what one runs this test for")]
    #[tokio::test]
    async fn hashing_takes_as_long_as_it_should() {
        let mut took = Vec::new();
        for _ in 0..5 {
            let begun = std::time::Instant::now();
            let _ = Passwords::default().verify(secret("x"), None).await;
            took.push(begun.elapsed());
        }
        took.sort();
        eprintln!("argon2id, {:?}: {took:?}", Cost::STANDARD);
        assert!(took[2] > Duration::from_millis(50), "cheaper than by design: {took:?}");
    }
}
