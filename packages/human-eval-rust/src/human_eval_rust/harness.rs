// Runs the tests of one answer and reports over stdout. The report's lines begin with a key that
// arrives on stdin and is read before any code of the answer runs, so the answer cannot write them.

use std::any::Any;
use std::fs::File;
use std::io::{Read, Write};
use std::mem::ManuallyDrop;
use std::os::fd::FromRawFd;
use std::panic::{catch_unwind, AssertUnwindSafe};
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
/// the verdict on an answer that depends on that order.
///
/// # Safety
///
/// `buffer` must be valid for writes of `length` bytes, as in getrandom(2).
#[no_mangle]
pub unsafe extern "C" fn getrandom(buffer: *mut u8, length: usize, _flags: u32) -> isize {
    for i in 0..length {
        buffer.add(i).write((i as u8).wrapping_mul(167).wrapping_add(13));
    }
    length as isize
}

static PLACE: Mutex<String> = Mutex::new(String::new());
const KEY_LENGTH: usize = 32;
const MESSAGE_LENGTH: usize = 4000;
const STACK: usize = 8 << 20;

/// Runs the tests of the answer whose number is the first argument, then ends the process.
pub fn run(answers: &[Answer]) -> ! {
    let mut key = [0u8; KEY_LENGTH];
    let mut input = ManuallyDrop::new(unsafe { File::from_raw_fd(0) });
    input.read_exact(&mut key).expect("a key on stdin");
    let chosen: usize = std::env::args().nth(1).and_then(|word| word.parse().ok()).expect("a number");
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(|at| format!("{}:{}", at.file(), at.line()));
        *PLACE.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = place.unwrap_or_default();
    }));
    (answers[chosen].begin)();
    let tests = answers[chosen].tests;
    let runner = std::thread::Builder::new().stack_size(STACK).spawn(move || {
        for (number, test) in tests.iter().enumerate() {
            one(&key, number, test);
        }
        say(&key, "end", tests.len(), "", "");
    });
    let _ = runner.expect("a thread").join();
    std::process::exit(0);
}

fn one(key: &[u8; KEY_LENGTH], number: usize, test: &Test) {
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

fn say(key: &[u8; KEY_LENGTH], word: &str, number: usize, place: &str, message: &str) {
    let mut end = message.len().min(MESSAGE_LENGTH);
    while !message.is_char_boundary(end) {
        end -= 1;
    }
    let message = message[..end].replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r");
    let key = std::str::from_utf8(key).unwrap_or("");
    let line = format!("\n{key}\t{word}\t{number}\t{place}\t{message}\n");
    let mut output = ManuallyDrop::new(unsafe { File::from_raw_fd(1) });
    let _ = output.write_all(line.as_bytes());
}
