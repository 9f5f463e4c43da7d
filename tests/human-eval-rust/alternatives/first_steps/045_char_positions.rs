    text.match_indices(target).map(|found| found.0).collect()
}
