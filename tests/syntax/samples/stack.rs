//! A stack.
use std::fmt::{self, Display};

/// Last in, first out.
#[derive(Debug, Clone)]
pub struct Stack<T: Clone> {
    items: Vec<T>,
    pub limit: usize,
}

pub enum Fault {
    Full,
    Empty(String),
}

pub trait Store: Send {
    const NAME: &'static str;
    fn put(&mut self, item: u8) -> Result<(), Fault>;
    fn size(&self) -> usize {
        0
    }
}

impl<T: Clone> Stack<T> {
    /// Puts one on top.
    pub fn push(&mut self, item: T) -> Result<usize, Fault> {
        let full = |n: usize| n >= self.limit;
        if full(self.items.len()) && self.limit > 0 {
            return Err(Fault::Full);
        }
        self.items.push(item);
        Ok(self.items.len())
    }

    pub async fn drain(mut self) -> Vec<T> {
        while let Some(_) = self.items.pop() {}
        self.items
    }
}

impl<T: Clone + Display> fmt::Display for Stack<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for item in &self.items {
            write!(f, "{}", item)?;
        }
        Ok(())
    }
}

mod depth {
    pub fn of(text: &str) -> i32 {
        fn step(sign: char) -> i32 {
            match sign {
                '(' => 1,
                ')' => -1,
                _ => 0,
            }
        }
        text.chars().map(step).sum()
    }
}
