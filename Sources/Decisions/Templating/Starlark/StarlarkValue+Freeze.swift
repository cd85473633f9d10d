extension StarlarkValue {
    /// Makes lists, dictionaries and sets below immutable, as those of a file are once it was evaluated. Structs and
    /// parts of YAML stay as they are, as in ytt.
    func freeze() {
        var pending = [self]
        var seen = Set<ObjectIdentifier>()
        while let value = pending.popLast() {
            switch value {
            case .list(let list):
                if list.isFrozen { continue }
                list.isFrozen = true
                pending += list.items
            case .dict(let dict), .set(let dict):
                if dict.isFrozen { continue }
                dict.isFrozen = true
                for item in dict.items { pending += [item.key, item.value] }
            case .tuple(let items): pending += items
            case .function(let function):
                guard seen.insert(ObjectIdentifier(function)).inserted else { continue }
                pending += function.defaults.compactMap { $0 }
                var frame: StarlarkFrame? = function.outer
                while let current = frame, seen.insert(ObjectIdentifier(current)).inserted {
                    pending += current.slots.compactMap { $0 }
                    frame = current.outer
                }
            default: break
            }
        }
    }
}
