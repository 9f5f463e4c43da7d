    fn orbit(name: &str) -> Option<i32> {
        Some(match name {
            "Mercury" => 1,
            "Venus" => 2,
            "Earth" => 3,
            "Mars" => 4,
            "Jupiter" => 5,
            "Saturn" => 6,
            "Uranus" => 7,
            "Neptune" => 8,
            _ => return None,
        })
    }
    let (a, b) = (orbit(planet1)?, orbit(planet2)?);
    let mut names = vec![
        "Mercury", "Venus", "Earth", "Mars", "Jupiter", "Saturn", "Uranus", "Neptune",
    ];
    // Strictly between the two: on different sides of them.
    names.retain(|name| orbit(name).is_some_and(|place| (place - a) * (place - b) < 0));
    Some(names)
}
