    let lengths: Vec<usize> = words.iter().map(String::len).collect();
    words.into_iter().zip(lengths).collect()
}
