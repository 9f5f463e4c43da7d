    let cycle = [Light::Red, Light::Green, Light::Yellow];
    let start = cycle.iter().position(|&colour| colour == light);
    cycle[(start.unwrap_or(0) + changes as usize) % cycle.len()]
}
