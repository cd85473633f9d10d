/// The names every Starlark program knows.
enum StarlarkUniverse {
    static func build() -> [String: StarlarkValue] {
        var table: [String: StarlarkValue] = ["None": .none, "True": .bool(true), "False": .bool(false)]
        func add(_ name: String, _ body: @escaping StarlarkBuiltin.Body) {
            table[name] = .builtin(StarlarkBuiltin(name, namesErrors: false, body))
        }
        addConversions(add)
        addSequences(add)
        addObjects(add)
        return table
    }

    private static func addConversions(_ add: (String, @escaping StarlarkBuiltin.Body) -> Void) {
        add("bool") { (_, args, kwargs) throws(TemplateError) in
            try StarlarkArguments.positional("bool", args, kwargs, least: 0, most: 1)
            return .bool(args.first?.truth ?? false)
        }
        add("str") { (_, args, kwargs) throws(TemplateError) in
            try StarlarkArguments.positional("str", args, kwargs, least: 1, most: 1)
            return .string(args[0].text)
        }
        add("repr") { (_, args, kwargs) throws(TemplateError) in
            try StarlarkArguments.positional("repr", args, kwargs, least: 1, most: 1)
            return .string(args[0].representation)
        }
        add("type") { (_, args, kwargs) throws(TemplateError) in
            try StarlarkArguments.positional("type", args, kwargs, least: 1, most: 1)
            return .string(args[0].typeName)
        }
        add("int") { (_, args, kwargs) throws(TemplateError) in try int(args, kwargs) }
        add("float") { (_, args, kwargs) throws(TemplateError) in
            try StarlarkArguments.positional("float", args, kwargs, least: 0, most: 1)
            guard let value = args.first else { return .float(0) }
            switch value {
            case .bool(let flag): return .float(flag ? 1 : 0)
            case .int(let number): return .float(Double(number))
            case .big(let number):
                if number.double.isInfinite { throw TemplateError("float: int too large to convert to float") }
                return .float(number.double)
            case .float: return value
            case .string(let text):
                if let number = Double(text) { return .float(number) }
                throw TemplateError("float: invalid literal \(StarlarkValue.quoted(text))")
            default: throw TemplateError("float: got \(value.typeName), want number or string")
            }
        }
        add("chr") { (_, args, kwargs) throws(TemplateError) in
            try StarlarkArguments.positional("chr", args, kwargs, least: 1, most: 1)
            let code = try StarlarkArguments.int("chr", args[0])
            guard let scalar = UInt32(exactly: code).flatMap(Unicode.Scalar.init) else {
                throw TemplateError("chr: Unicode code point \(code) out of range (<0 or >0x10FFFF)")
            }
            return .string(String(Character(scalar)))
        }
        add("ord") { (_, args, kwargs) throws(TemplateError) in
            try StarlarkArguments.positional("ord", args, kwargs, least: 1, most: 1)
            let scalars = Array(try StarlarkArguments.string("ord", args[0]).unicodeScalars)
            guard scalars.count == 1 else {
                throw TemplateError("ord: string encodes \(scalars.count) Unicode code points, want 1")
            }
            return .int(Int(scalars[0].value))
        }
        add("hash") { (_, args, kwargs) throws(TemplateError) in
            try StarlarkArguments.positional("hash", args, kwargs, least: 1, most: 1)
            // Java's string hash, as Starlark defines it.
            var hash: Int32 = 0
            for unit in try StarlarkArguments.string("hash", args[0]).utf16 { hash = hash &* 31 &+ Int32(unit) }
            return .int(Int(hash))
        }
    }

    private static func int(
        _ args: [StarlarkValue], _ kwargs: StarlarkValue.Keywords
    ) throws(TemplateError) -> StarlarkValue {
        let given = try StarlarkArguments.named("int", args, kwargs, ["x", "base?"])
        switch given[0] ?? .none {
        case .string(let text):
            var base = 10
            if let value = given[1] { base = try StarlarkArguments.int("int", value, 2) }
            var digits = Substring(text)
            let negative = digits.hasPrefix("-")
            if negative || digits.hasPrefix("+") { digits = digits.dropFirst() }
            for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)]
            where (base == radix || base == 0) && digits.lowercased().hasPrefix(prefix) {
                digits = digits.dropFirst(2)
                base = radix
            }
            if base == 0 { base = 10 }
            guard (2...36).contains(base) else { throw TemplateError("int: base must be an integer >= 2 && <= 36") }
            guard digits.first?.isLetter ?? false || digits.first?.isNumber ?? false,
                let number = BigInteger(digits, radix: base, isNegative: negative)
            else {
                throw TemplateError("int: invalid literal with base \(base): \(text)")
            }
            return try StarlarkOperations.integer(number)
        case let value where given[1] != nil && value.string == nil:
            throw TemplateError("int: can't convert non-string with explicit base")
        case .bool(let flag): return .int(flag ? 1 : 0)
        case .int, .big: return given[0] ?? .none
        case .float(let number):
            guard let whole = BigInteger(number) else {
                throw TemplateError("int: cannot convert float to integer")
            }
            return try StarlarkOperations.integer(whole)
        case let value: throw TemplateError("int: cannot convert \(value.typeName) to int")
        }
    }

    private static func addSequences(_ add: (String, @escaping StarlarkBuiltin.Body) -> Void) {
        add("len") { (_, args, kwargs) throws(TemplateError) in
            try StarlarkArguments.positional("len", args, kwargs, least: 1, most: 1)
            if let count = StarlarkOperations.length(args[0]) { return .int(count) }
            throw TemplateError("len: value of type \(args[0].typeName) has no len")
        }
        for name in ["list", "tuple", "set"] {
            add(name) { (thread, args, kwargs) throws(TemplateError) in
                try StarlarkArguments.positional(name, args, kwargs, least: 0, most: 1)
                let items = args.isEmpty ? [] : try named(name, thread, args[0])
                if name == "list" { return .list(StarlarkList(items)) }
                if name == "tuple" { return .tuple(items) }
                let set = StarlarkDict()
                for item in items { try set.set(item, .none) }
                return .set(set)
            }
        }
        add("dict") { (thread, args, kwargs) throws(TemplateError) in
            let dict = StarlarkDict()
            try StarlarkCollectionMethods.update(dict, "dict", args, kwargs, thread)
            return .dict(dict)
        }
        add("range") { (_, args, kwargs) throws(TemplateError) in
            try StarlarkArguments.positional("range", args, kwargs, least: 1, most: 3)
            var numbers: [Int] = []
            for (place, value) in args.enumerated() {
                numbers.append(try StarlarkArguments.int("range", value, place + 1))
            }
            let step = numbers.count > 2 ? numbers[2] : 1
            if step == 0 { throw TemplateError("range: step argument must not be zero") }
            guard numbers.allSatisfy({ abs($0 / 2) < Int.max / 4 }) else { throw StarlarkOperations.overflow }
            let start = numbers.count > 1 ? numbers[0] : 0
            return .range(StarlarkRange(start: start, stop: numbers.count > 1 ? numbers[1] : numbers[0], step: step))
        }
        add("enumerate") { (thread, args, kwargs) throws(TemplateError) in
            try StarlarkArguments.positional("enumerate", args, kwargs, least: 1, most: 2)
            let start = args.count > 1 ? try StarlarkArguments.int("enumerate", args[1], 2) : 0
            let items = try named("enumerate", thread, args[0])
            guard !start.addingReportingOverflow(items.count).overflow else { throw StarlarkOperations.overflow }
            return .list(StarlarkList(items.enumerated().map { .tuple([.int($0 + start), $1]) }))
        }
        add("zip") { (thread, args, kwargs) throws(TemplateError) in
            var lists: [[StarlarkValue]] = []
            for arg in args { lists.append(try named("zip", thread, arg)) }
            let count = lists.map(\.count).min() ?? 0
            return .list(StarlarkList((0..<count).map { row in .tuple(lists.map { $0[row] }) }))
        }
        add("reversed") { (thread, args, kwargs) throws(TemplateError) in
            try StarlarkArguments.positional("reversed", args, kwargs, least: 1, most: 1)
            return .list(StarlarkList(try named("reversed", thread, args[0]).reversed()))
        }
        add("sorted") { (thread, args, kwargs) throws(TemplateError) in try sorted(thread, args, kwargs) }
        add("any") { (thread, args, kwargs) throws(TemplateError) in
            try StarlarkArguments.positional("any", args, kwargs, least: 1, most: 1)
            return .bool(try named("any", thread, args[0]).contains(where: \.truth))
        }
        add("all") { (thread, args, kwargs) throws(TemplateError) in
            try StarlarkArguments.positional("all", args, kwargs, least: 1, most: 1)
            return .bool(try named("all", thread, args[0]).allSatisfy(\.truth))
        }
        for name in ["min", "max"] {
            add(name) { (thread, args, kwargs) throws(TemplateError) in try extreme(name, thread, args, kwargs) }
        }
    }

    private static func named(
        _ name: String, _ thread: StarlarkThread, _ value: StarlarkValue
    ) throws(TemplateError) -> [StarlarkValue] {
        do throws(TemplateError) {
            return try thread.iterate(value)
        } catch {
            if error.message.hasPrefix("rendering stopped") { throw error }
            throw TemplateError("\(name): for parameter 1: got \(value.typeName), want iterable")
        }
    }

    private static func sorted(
        _ thread: StarlarkThread, _ args: [StarlarkValue], _ kwargs: StarlarkValue.Keywords
    ) throws(TemplateError) -> StarlarkValue {
        let given = try StarlarkArguments.named("sorted", args, kwargs, ["iterable", "key?", "reverse?"])
        var pairs: [(key: StarlarkValue, value: StarlarkValue)] = []
        for item in try named("sorted", thread, given[0] ?? .none) {
            if let function = given[1], function.isCallable {
                pairs.append((try thread.call(function, [item]), item))
            } else {
                pairs.append((item, item))
            }
        }
        var reverse = false
        if let value = given[2] {
            guard case .bool(let flag) = value else {
                throw TemplateError("sorted: for parameter reverse: got \(value.typeName), want bool")
            }
            reverse = flag
        }
        // A merge sort keeps equal elements in order and may fail half-way.
        var width = 1
        while width < pairs.count {
            var merged: [(key: StarlarkValue, value: StarlarkValue)] = []
            merged.reserveCapacity(pairs.count)
            var start = 0
            while start < pairs.count {
                let middle = min(start + width, pairs.count)
                let end = min(start + 2 * width, pairs.count)
                var (left, right) = (start, middle)
                while left < middle, right < end {
                    try thread.step()
                    let order = try StarlarkOperations.compare(pairs[right].key, pairs[left].key, .less)
                    let takesRight = reverse ? order > 0 : order < 0
                    merged.append(takesRight ? pairs[right] : pairs[left])
                    if takesRight { right += 1 } else { left += 1 }
                }
                merged.append(contentsOf: pairs[left..<middle])
                merged.append(contentsOf: pairs[right..<end])
                start = end
            }
            pairs = merged
            width *= 2
        }
        return .list(StarlarkList(pairs.map(\.value)))
    }

    private static func extreme(
        _ name: String, _ thread: StarlarkThread, _ args: [StarlarkValue], _ kwargs: StarlarkValue.Keywords
    ) throws(TemplateError) -> StarlarkValue {
        guard !args.isEmpty else { throw TemplateError("\(name) requires at least one positional argument") }
        let items = args.count == 1 ? try named(name, thread, args[0]) : args
        let key = kwargs.first { $0.name == "key" }?.value
        var best: (key: StarlarkValue, value: StarlarkValue)?
        for item in items {
            let itemKey: StarlarkValue
            if let key { itemKey = try thread.call(key, [item]) } else { itemKey = item }
            if let current = best {
                let order = try StarlarkOperations.compare(itemKey, current.key, name == "min" ? .less : .greater)
                if name == "min" ? order < 0 : order > 0 { best = (itemKey, item) }
            } else {
                best = (itemKey, item)
            }
        }
        guard let best else { throw TemplateError("\(name): argument is an empty sequence") }
        return best.value
    }

    private static func addObjects(_ add: (String, @escaping StarlarkBuiltin.Body) -> Void) {
        add("getattr") { (_, args, kwargs) throws(TemplateError) in
            try StarlarkArguments.positional("getattr", args, kwargs, least: 2, most: 3)
            let name = try StarlarkArguments.string("getattr", args[1])
            if let value = StarlarkOperations.findAttribute(args[0], name) { return value }
            if args.count > 2 { return args[2] }
            do throws(TemplateError) {
                return try StarlarkOperations.attribute(args[0], name)
            } catch {
                throw error.prefixed("getattr: ")
            }
        }
        add("hasattr") { (_, args, kwargs) throws(TemplateError) in
            try StarlarkArguments.positional("hasattr", args, kwargs, least: 2, most: 2)
            let name = try StarlarkArguments.string("hasattr", args[1])
            return .bool(StarlarkOperations.findAttribute(args[0], name) != nil)
        }
        add("dir") { (_, args, kwargs) throws(TemplateError) in
            try StarlarkArguments.positional("dir", args, kwargs, least: 1, most: 1)
            return .list(StarlarkList(StarlarkOperations.attributeNames(args[0]).sorted().map { .string($0) }))
        }
        add("fail") { (_, args, kwargs) throws(TemplateError) in
            let separator = kwargs.first { $0.name == "sep" }?.value.string ?? " "
            throw TemplateError("fail: " + args.map(\.text).joined(separator: separator))
        }
        add("print") { (thread, args, kwargs) throws(TemplateError) in
            let separator = kwargs.first { $0.name == "sep" }?.value.string ?? " "
            let line = args.map(\.text).joined(separator: separator)
            if thread.session.printed.count < 10_000 { thread.session.printed.append(line) }
            return .none
        }
    }
}
