use std::{
    io::Write,
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

use tempfile::TempDir;

/// A folder with a key, a configuration and a database in which the program runs.
pub(crate) struct Office {
    pub(crate) folder: TempDir,
    pub(crate) database_url: String,
}

/// A process of `askpro serve`; killed when dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) url: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// `kill -9`.
    pub(crate) fn pull_the_plug(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Office {
    pub(crate) fn open(database_url: impl Fn(&TempDir) -> String) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database_url = database_url(&folder);
        Self { folder, database_url }
    }

    pub(crate) fn on_sqlite() -> Self {
        Self::open(|folder| format!("sqlite:{}", folder.path().join("askpro.db").display()))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_askpro"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("ASKPRO_DATABASE_URL", &self.database_url)
            .env("ASKPRO_ENV", "scratch");
        command
    }

    /// Runs a command with a text on its standard input.
    pub(crate) fn run(&self, arguments: &[&str], input: &str) -> Output {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    /// Starts a command and leaves it running.
    pub(crate) fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Runs a command that must succeed; the first line it printed.
    pub(crate) fn ok(&self, arguments: &[&str], input: &str) -> String {
        let output = self.run(arguments, input);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {error}");
        String::from_utf8(output.stdout).unwrap().lines().next().unwrap_or_default().to_owned()
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Starts a server on a free port and waits until it answers.
    pub(crate) fn serve(&self) -> Server {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let listen = format!("127.0.0.1:{port}");
        let log = std::fs::File::create(self.folder.path().join(format!("serve-{port}.log"))).unwrap();
        let child = self
            .command(&["serve", "--listen", &listen])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut server = Server { child, url: format!("http://{listen}") };
        for _ in 0..300 {
            if let Some(status) = server.child.try_wait().unwrap() {
                let log =
                    std::fs::read_to_string(self.folder.path().join(format!("serve-{port}.log"))).unwrap();
                panic!("serve ended with {status}: {log}");
            }
            if std::net::TcpStream::connect(&listen).is_ok() {
                return server;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("serve did not begin to listen");
    }

    /// Everything that the program has logged.
    pub(crate) fn logs(&self) -> String {
        std::fs::read_dir(self.folder.path())
            .unwrap()
            .filter_map(|entry| entry.ok())
            .filter(|entry| entry.file_name().to_string_lossy().ends_with(".log"))
            .map(|entry| std::fs::read_to_string(entry.path()).unwrap())
            .collect()
    }
}
