import ResourceModel

/// A list of events as the set of what they say; each with the fields that carry it.
///
/// Names of generated objects, durations and nodes differ between two runs, and so does how often a repeat was counted.
enum EventShape {
    static func summary(_ list: Value) -> Value {
        var summary: [String: Value] = [:]
        for event in list["items"]?.arrayValue ?? [] {
            let about = event["involvedObject"] ?? event["regarding"]
            let text = plain(event["message"]?.stringValue ?? event["note"]?.stringValue ?? "")
            let line = [about?["kind"], event["type"], event["reason"]].map { $0?.stringValue ?? "" }
            var keys = Set((event.objectValue ?? [:]).keys)
            // A repeat of the new recorder has a series; whether one came is chance.
            keys.subtract(["series"])
            summary[(line + [text]).joined(separator: " ")] = .array(keys.sorted().map(Value.string))
        }
        return ["kind": list["kind"] ?? "", "apiVersion": list["apiVersion"] ?? "", "events": .object(summary)]
    }

    private static func plain(_ message: String) -> String {
        var text = message.replacing(/\b(web|harbor-registry)-[a-z0-9]{8,10}(-[a-z0-9]{5})?\b/, with: "#")
        text = text.replacing(/\bin [0-9.]+m?s \([0-9.]+m?s including waiting\)/, with: "in ~")
        text = text.replacing(/Image size: [0-9]+ bytes/, with: "Image size: ~ bytes")
        text = text.replacing(/\bto (n[0-9]|esx-[0-9]+|supervisor-cp-[0-9])$/, with: "to <node>")
        text = text.replacing(/0\/[0-9]+ nodes/, with: "0/~ nodes")
        text = text.replacing(/: [0-9]+ pod has/, with: ": ~ pod has")
        text = text.replacing(/[0-9]+ Preemption/, with: "~ Preemption")
        return text.replacing(/pvc-[0-9a-f-]{36}/, with: "pvc-<uid>")
    }
}
