    let rest = if count < queue.len() {
        queue.split_off(count)
    } else {
        Vec::new()
    };
    std::mem::replace(queue, rest)
}
