package import FleetModel

/// Events of the feed as lines.
package enum EventText {
    /// Fixed widths where the content is bounded, so that followed lines stand under each other.
    package static func line(_ event: FleetEvent, paint: Paint) -> String {
        func pad(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(0, width - text.count))
        }
        let severity = pad(event.severity.rawValue, 7)
        let place = [event.service?.shortName, event.supervisor?.rawValue].compactMap { $0 }.joined(separator: "@")
        let object = event.object.map { $0 + "  " } ?? ""
        let task = event.task.map { "  (\($0))" } ?? ""
        return event.at.seconds + "  " + (event.severity == .warning ? paint(severity, .attention) : severity)
            + "  " + pad(event.reason, 24) + "  " + pad(place, 20) + "  " + object
            + ErrorText.continued(event.message, indent: 6) + task
    }
}
