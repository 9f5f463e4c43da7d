    numbers.iter_mut().for_each(|n| *n += *n);
}
