//! rand 0.4 whose generators begin where they always begin: a verdict must not depend on chance.
//!
//! The original asks the kernel by a system call of its own, past the `getrandom` that the test programs bring.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;

pub use original::*;

/// Any constant will do; this is what the original's documentation uses for examples.
const SEED: [usize; 4] = [1, 2, 3, 4];

/// The generator of this thread; each thread's gives the same numbers.
#[derive(Clone, Debug)]
pub struct ThreadRng(Rc<RefCell<original::StdRng>>);

/// Returns the generator of this thread.
pub fn thread_rng() -> ThreadRng {
    thread_local!(static GENERATOR: Rc<RefCell<original::StdRng>> =
        Rc::new(RefCell::new(SeedableRng::from_seed(&SEED[..]))));
    ThreadRng(GENERATOR.with(Rc::clone))
}

impl Rng for ThreadRng {
    fn next_u32(&mut self) -> u32 {
        self.0.borrow_mut().next_u32()
    }

    fn next_u64(&mut self) -> u64 {
        self.0.borrow_mut().next_u64()
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        self.0.borrow_mut().fill_bytes(bytes)
    }
}

/// Seeded by the generator of the thread, where nobody gives it a seed.
#[derive(Clone, Copy, Debug)]
pub struct StdRng(original::StdRng);

impl StdRng {
    /// Never fails.
    pub fn new() -> io::Result<StdRng> {
        let seed: Vec<usize> = thread_rng().gen_iter().take(SEED.len()).collect();
        Ok(StdRng::from_seed(&seed[..]))
    }
}

impl Rng for StdRng {
    fn next_u32(&mut self) -> u32 {
        self.0.next_u32()
    }

    fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }
}

impl<'a> SeedableRng<&'a [usize]> for StdRng {
    fn reseed(&mut self, seed: &'a [usize]) {
        self.0.reseed(seed)
    }

    fn from_seed(seed: &'a [usize]) -> StdRng {
        StdRng(SeedableRng::from_seed(seed))
    }
}

pub mod os {
    use super::{io, thread_rng, Rng, ThreadRng};

    /// In place of the operating system's generator, the thread's.
    #[derive(Debug)]
    pub struct OsRng(ThreadRng);

    impl OsRng {
        /// Never fails.
        pub fn new() -> io::Result<OsRng> {
            Ok(OsRng(thread_rng()))
        }
    }

    impl Rng for OsRng {
        fn next_u32(&mut self) -> u32 {
            self.0.next_u32()
        }

        fn next_u64(&mut self) -> u64 {
            self.0.next_u64()
        }

        fn fill_bytes(&mut self, bytes: &mut [u8]) {
            self.0.fill_bytes(bytes)
        }
    }
}

pub use os::OsRng;

/// Returns a value from the generator of the thread.
pub fn random<T: Rand>() -> T {
    thread_rng().gen()
}

/// Returns a small generator, seeded by the generator of the thread.
pub fn weak_rng() -> XorShiftRng {
    thread_rng().gen()
}
