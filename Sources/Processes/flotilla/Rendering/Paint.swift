/// Colour around a text that says the same without it.
package struct Paint {
    package var on: Bool

    package enum Style: String { case good = "32", bad = "31", attention = "33", faint = "2", strong = "1" }

    package init(on: Bool) { self.on = on }

    package func callAsFunction(_ text: String, _ style: Style) -> String {
        on ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }
}
