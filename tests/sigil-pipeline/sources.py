"""A file with everything that chunks are made of."""

from __future__ import annotations

from functools import partial

from sigil_pipeline.analyse.cfg import holds
from sigil_pipeline.chunk.chunks import Chunk
from sigil_pipeline.chunk.extract import chunks_of, open_source

HOLDS = partial(holds, platform=("unix",), features=())
SOURCE = """\
//! Module.
#![allow(dead_code)]
use std::{collections::HashMap, fmt::{self, Write as _}};
use std::io;

const LIMIT: usize = 3;

/** A store
 * of things. */
#[derive(Debug, serde::Serialize, Clone)]
pub struct Store<T> {
    /// Inside.
    items: HashMap<String, T>,
    #[allow(unused)]
    count: usize,
}

impl<T: Clone> Store<T> {
    /// Adds an item, see [`Store::get`] and [the book](https://example.org).
    ///
    /// More words.
    ///
    /// # Errors
    ///
    /// Never.
    #[inline]
    #[must_use]
    pub fn add(&mut self, name: &str, item: T) -> usize {
        let text = "first
  second";
        if self.count > LIMIT {
            return helper(text);
        }
        self.bump();
        self.items.insert(name.to_string(), item);
        self.count
    }

    fn bump(&mut self) {
        self.count += 1;
    }
}

fn helper(text: &str) -> usize {
    text.len()
}

#[cfg(test)]
mod tests {
    #[test]
    fn nothing() {}
}

mod inner {
    #[doc = "Says \\"hi\\"."]
    pub async fn hi() -> &'static str {
        let word = "hi";
        word
    }

    #[deprecated]
    #[doc(hidden)]
    pub unsafe fn old() -> u8 {
        let x = 1;
        x
    }
}

macro_rules! m { () => { unsafe { 1 } }; }
"""


def chunks(text: str = SOURCE) -> dict[str, Chunk]:
    return {chunk.name: chunk for chunk in chunks_of(open_source("src/lib.rs", text.encode()), HOLDS)}
