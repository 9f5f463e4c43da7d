    shapes.iter().map(|shape| shape.area()).sum()
}
