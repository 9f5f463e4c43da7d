    let Some((first, rest)) = numbers.split_first() else {
        return vec![];
    };
    std::iter::once(*first)
        .chain(rest.iter().flat_map(|&number| [delimiter, number]))
        .collect()
}
