    if let [first, .., last] = items {
        std::mem::swap(first, last);
    }
}
