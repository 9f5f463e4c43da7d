// Runs the tests of one answer and reports over stdout. The report's lines begin with a key that
// arrives on stdin and is read before any code of the answer runs, so the answer cannot write them.
// The key is kept on a page that nobody may read except while a line is written, and stdin is closed.

use std::any::Any;
use std::fs::File;
use std::io::{IoSlice, Read, Write};
use std::mem::ManuallyDrop;
use std::os::fd::FromRawFd;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};
use std::sync::Mutex;

pub struct Test {
    pub run: fn() -> Result<(), String>,
    pub panics: Option<&'static str>,
}

/// What a program knows of one answer: how to put it under its tests, and the tests.
pub struct Answer {
    pub begin: fn(),
    pub tests: &'static [Test],
}

/// What a test function may return.
pub trait Ending {
    fn outcome(self) -> Result<(), String>;
}

impl Ending for () {
    fn outcome(self) -> Result<(), String> {
        Ok(())
    }
}

impl<T, E: std::fmt::Debug> Ending for Result<T, E> {
    fn outcome(self) -> Result<(), String> {
        self.map(|_| ()).map_err(|error| format!("the test returned Err({error:?})"))
    }
}

/// Takes the place of the C library's: the order of a `HashMap` is then the same in every run, and with it
/// the verdict on an answer that depends on that order. `SEED` chooses another order.
///
/// # Safety
///
/// `buffer` must be valid for writes of `length` bytes, as in getrandom(2).
#[no_mangle]
pub unsafe extern "C" fn getrandom(buffer: *mut u8, length: usize, _flags: u32) -> isize {
    for i in 0..length {
        buffer.add(i).write((i as u8).wrapping_mul(167).wrapping_add(13).wrapping_add(SEED.load(Relaxed)));
    }
    length as isize
}

static SEED: AtomicU8 = AtomicU8::new(0);
static PLACE: Mutex<String> = Mutex::new(String::new());
const KEY_LENGTH: usize = 32;
const MESSAGE_LENGTH: usize = 4000;
const STACK: usize = 8 << 20;

extern "C" {
    fn mmap(at: *mut u8, length: usize, protection: i32, flags: i32, file: i32, offset: i64) -> *mut u8;
    fn mprotect(at: *mut u8, length: usize, protection: i32) -> i32;
}

// As in <sys/mman.h> of Linux, whatever the architecture.
const PROT_NONE: i32 = 0;
const PROT_READ: i32 = 1;
const PROT_WRITE: i32 = 2;
const MAP_PRIVATE: i32 = 2;
const MAP_ANONYMOUS: i32 = 0x20;

/// The key, out of reach for code that searches the process's memory: reading it ends the process.
#[derive(Clone, Copy)]
struct Key(&'static [u8; KEY_LENGTH]);

impl Key {
    /// Takes the key from stdin, of which nothing can be read again.
    fn from_stdin() -> Key {
        let mut input = unsafe { File::from_raw_fd(0) };
        let page = unsafe {
            let page = mmap(std::ptr::null_mut(), KEY_LENGTH, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            assert!(page as isize != -1, "a page for the key");
            input.read_exact(std::slice::from_raw_parts_mut(page, KEY_LENGTH)).expect("a key on stdin");
            &*page.cast()
        };
        drop(input);
        // The lowest free number is now that of stdin.
        std::mem::forget(File::open("/dev/null"));
        let key = Key(page);
        key.protect(PROT_NONE);
        key
    }

    fn protect(self, protection: i32) {
        let failed = unsafe { mprotect(self.0.as_ptr().cast_mut(), KEY_LENGTH, protection) };
        assert_eq!(failed, 0, "protecting the key");
    }

    /// Writes a line that begins with the key, without making a copy of the key.
    fn write_line(self, rest: &str) {
        let mut output = ManuallyDrop::new(unsafe { File::from_raw_fd(1) });
        self.protect(PROT_READ);
        let _ = output.write_vectored(&[IoSlice::new(b"\n"), IoSlice::new(self.0), IoSlice::new(rest.as_bytes())]);
        self.protect(PROT_NONE);
    }
}

/// Runs the tests of the answer whose number is the first argument, then ends the process. The second argument,
/// if there is one, lists the numbers of the tests to run, in their order; the third is the seed of hash maps.
pub fn run(answers: &[Answer]) -> ! {
    let key = Key::from_stdin();
    let words: Vec<String> = std::env::args().skip(1).collect();
    let chosen: usize = words.first().and_then(|word| word.parse().ok()).expect("a number");
    SEED.store(words.get(2).map_or(0, |word| word.parse().expect("a seed")), Relaxed);
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(|at| format!("{}:{}", at.file(), at.line()));
        *PLACE.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = place.unwrap_or_default();
    }));
    (answers[chosen].begin)();
    let tests = answers[chosen].tests;
    let order = match words.get(1) {
        Some(list) => list.split(',').map(|word| word.parse().expect("the number of a test")).collect(),
        None => Vec::from_iter(0..tests.len()),
    };
    let runner = std::thread::Builder::new().stack_size(STACK).spawn(move || {
        for &number in &order {
            one(key, number, &tests[number]);
        }
        say(key, "end", order.len(), "", "");
    });
    let _ = runner.expect("a thread").join();
    std::process::exit(0);
}

fn one(key: Key, number: usize, test: &Test) {
    say(key, "run", number, "", "");
    let ended = catch_unwind(AssertUnwindSafe(test.run));
    let place = std::mem::take(&mut *PLACE.lock().unwrap_or_else(|poisoned| poisoned.into_inner()));
    match (ended, test.panics) {
        (Ok(Ok(())), None) => say(key, "ok", number, "", ""),
        (Ok(Ok(())), Some(_)) => say(key, "fail", number, "", "the test did not panic as it should"),
        (Ok(Err(message)), _) => say(key, "fail", number, "", &message),
        (Err(payload), wanted) => {
            let expected = wanted.is_some_and(|wanted| text(&payload).contains(wanted));
            match expected {
                true => say(key, "ok", number, "", ""),
                false => say(key, "fail", number, &place, text(&payload)),
            }
            // Dropping it could run code of the answer that panics once more.
            std::mem::forget(payload);
        }
    }
}

fn text(payload: &Box<dyn Any + Send>) -> &str {
    if let Some(text) = payload.downcast_ref::<&'static str>() {
        text
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text
    } else {
        "a panic without a message"
    }
}

fn say(key: Key, word: &str, number: usize, place: &str, message: &str) {
    let mut end = message.len().min(MESSAGE_LENGTH);
    while !message.is_char_boundary(end) {
        end -= 1;
    }
    let message = message[..end].replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r");
    key.write_line(&format!("\t{word}\t{number}\t{place}\t{message}\n"));
}
