    let mut count = 0;
    let mut previous = None;
    for &event in events {
        if event == Event::Push && previous == Some(Event::Coin) {
            count += 1;
        }
        previous = Some(event);
    }
    count
}
