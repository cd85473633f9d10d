/// Methods of lists, dictionaries and sets.
enum StarlarkCollectionMethods {
    static let listNames = ["append", "clear", "extend", "index", "insert", "pop", "remove"]
    static let dictNames = ["clear", "get", "items", "keys", "pop", "popitem", "setdefault", "update", "values"]

    static func listMethod(_ name: String, _ list: StarlarkList) -> StarlarkValue? {
        guard listNames.contains(name) else { return nil }
        return .builtin(
            StarlarkBuiltin(name, namesErrors: false, receiver: "list") {
                (thread, args, kwargs) throws(TemplateError) in
                try call(name, list, args, kwargs, thread)
            })
    }

    static func dictMethod(_ name: String, _ dict: StarlarkDict) -> StarlarkValue? {
        guard dictNames.contains(name) else { return nil }
        return .builtin(
            StarlarkBuiltin(name, namesErrors: false, receiver: "dict") {
                (thread, args, kwargs) throws(TemplateError) in
                try call(name, dict, args, kwargs, thread)
            })
    }

    static func setMethod(_ name: String, _ set: StarlarkDict) -> StarlarkValue? {
        guard name == "union" else { return nil }
        return .builtin(
            StarlarkBuiltin(name, namesErrors: false, receiver: "set") { (thread, args, kwargs) throws(TemplateError) in
                try StarlarkArguments.positional(name, args, kwargs, least: 1, most: 1)
                let result = set.copy()
                for item in try thread.iterate(args[0]) { try result.set(item, .none) }
                return .set(result)
            })
    }

    private static func call(
        _ name: String, _ list: StarlarkList, _ args: [StarlarkValue], _ kwargs: StarlarkValue.Keywords,
        _ thread: StarlarkThread
    ) throws(TemplateError) -> StarlarkValue {
        let limits: [String: (Int, Int)] = [
            "append": (1, 1), "clear": (0, 0), "extend": (1, 1), "index": (1, 3), "insert": (2, 2), "pop": (0, 1),
            "remove": (1, 1),
        ]
        let (least, most) = limits[name] ?? (0, 0)
        try StarlarkArguments.positional(name, args, kwargs, least: least, most: most)
        let verbs = [
            "append": "append to", "clear": "clear", "extend": "extend", "insert": "insert into", "pop": "pop from",
            "remove": "remove from",
        ]
        if let verb = verbs[name] {
            do throws(TemplateError) {
                try list.checkMutable(verb)
            } catch {
                throw error.prefixed("\(name): ")
            }
        }
        switch name {
        case "append": list.items.append(args[0])
        case "clear": list.items = []
        case "extend": list.items.append(contentsOf: try thread.iterate(args[0]))
        case "insert":
            let number = try StarlarkArguments.int(name, args[0])
            let place = number < 0 ? number + list.items.count : number
            list.items.insert(args[1], at: min(max(place, 0), list.items.count))
        case "pop":
            let number = args.isEmpty ? -1 : try StarlarkArguments.int(name, args[0])
            let place = number < 0 ? number + list.items.count : number
            guard list.items.indices.contains(place) else {
                throw TemplateError("pop: \(StarlarkOperations.outOfRange(number, list.items.count, "list").message)")
            }
            return list.items.remove(at: place)
        default:
            var bounds = 0..<list.items.count
            if args.count > 1 {
                func bound(_ value: StarlarkValue, _ standard: Int, _ parameter: Int) throws(TemplateError) -> Int {
                    if case .none = value { return standard }
                    let number = try StarlarkArguments.int(name, value, parameter)
                    return min(max(number < 0 ? number + list.items.count : number, 0), list.items.count)
                }
                let start = try bound(args[1], 0, 2)
                let end = args.count > 2 ? try bound(args[2], list.items.count, 3) : list.items.count
                bounds = start..<max(start, end)
            }
            for place in bounds where try StarlarkOperations.equal(list.items[place], args[0]) {
                if name == "index" { return .int(place) }
                list.items.remove(at: place)
                return .none
            }
            throw TemplateError(name == "index" ? "index: value not in list" : "remove: element not found")
        }
        try thread.checkSize(list.items.count)
        return .none
    }

    private static func call(
        _ name: String, _ dict: StarlarkDict, _ args: [StarlarkValue], _ kwargs: StarlarkValue.Keywords,
        _ thread: StarlarkThread
    ) throws(TemplateError) -> StarlarkValue {
        let verbs = [
            "clear": "clear", "pop": "delete from", "popitem": "delete from", "update": "insert into",
        ]
        if let verb = verbs[name] {
            do throws(TemplateError) {
                try dict.checkMutable(verb)
            } catch {
                throw error.prefixed("\(name): ")
            }
        }
        if name == "update" {
            try update(dict, "update", args, kwargs, thread)
            return .none
        }
        let limits: [String: (Int, Int)] = ["get": (1, 2), "pop": (1, 2), "setdefault": (1, 2)]
        let (least, most) = limits[name] ?? (0, 0)
        try StarlarkArguments.positional(name, args, kwargs, least: least, most: most)
        switch name {
        case "clear": dict.removeAll()
        case "items": return .list(StarlarkList(dict.items.map { .tuple([$0.key, $0.value]) }))
        case "keys": return .list(StarlarkList(dict.keys))
        case "values": return .list(StarlarkList(dict.items.map(\.value)))
        case "popitem":
            guard let first = dict.items.first, let key = first.key.hashKey else {
                throw TemplateError("popitem: empty dict")
            }
            dict.remove(key)
            return .tuple([first.key, first.value])
        default:
            guard let key = args[0].hashKey else {
                throw TemplateError("\(name): unhashable type: \(args[0].unhashableTypeName)")
            }
            let standard = args.count > 1 ? args[1] : nil
            switch name {
            case "get": return dict.get(key) ?? standard ?? .none
            case "pop":
                if let value = dict.remove(key) ?? standard { return value }
                throw TemplateError("pop: missing key")
            default:
                if let value = dict.get(key) { return value }
                do throws(TemplateError) {
                    try dict.checkMutable("insert into")
                } catch {
                    throw error.prefixed("setdefault: ")
                }
                try dict.set(args[0], standard ?? .none)
                return standard ?? .none
            }
        }
        return .none
    }

    /// `dict.update` and `dict(…)`.
    static func update(
        _ dict: StarlarkDict, _ name: String, _ args: [StarlarkValue], _ kwargs: StarlarkValue.Keywords,
        _ thread: StarlarkThread
    ) throws(TemplateError) {
        if args.count > 1 { throw TemplateError("\(name): got \(args.count) arguments, want at most 1") }
        if let first = args.first {
            if let pairs = StarlarkOperations.pairs(first) {
                for pair in pairs { try dict.set(pair.key, pair.value) }
            } else {
                let items: [StarlarkValue]
                do throws(TemplateError) {
                    items = try thread.iterate(first)
                } catch {
                    if error.message.hasPrefix("rendering stopped") { throw error }
                    throw TemplateError("\(name): got \(first.typeName), want iterable")
                }
                for (place, item) in items.enumerated() {
                    guard let pair = StarlarkOperations.elements(item), pair.count == 2 else {
                        throw TemplateError("\(name): dictionary update sequence element #\(place) is not a pair")
                    }
                    try dict.set(pair[0], pair[1])
                }
            }
        }
        var seen = Set<String>()
        for (key, value) in kwargs {
            if !seen.insert(key).inserted {
                throw TemplateError("\(name): duplicate keyword arg: \(StarlarkValue.quoted(key))")
            }
            try dict.set(.string(key), value)
        }
    }
}
