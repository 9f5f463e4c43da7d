    *point = Point {
        x: point.x + dx,
        y: point.y + dy,
    };
}
