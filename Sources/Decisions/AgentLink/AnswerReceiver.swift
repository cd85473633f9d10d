internal import ResourceModel

/// The coordinator's side of answers in parts: put together in order, and checked against their digest.
struct AnswerReceiver: Hashable, Sendable {
    enum Step: Hashable, Sendable {
        /// Asks for the next piece.
        case next(offset: UInt64)
        case complete([UInt8])
        /// Nothing to do now: others are under way, or it was there; the question is asked again if nothing comes.
        case wait
        case reject(String)
    }

    private struct Assembly: Hashable, Sendable {
        var digest: [UInt8]
        var total: UInt64
        var bytes: [UInt8] = []
    }

    private let limits: LinkLimits
    private var assemblies: [UInt64: Assembly] = [:]

    init(limits: LinkLimits) { self.limits = limits }

    mutating func take(_ part: WireAnswerPart) -> Step {
        let bytes = part.bytes.octets
        guard part.total <= UInt64(limits.answerBytes) else {
            return .reject("answer \(part.id): the limit answerBytes is \(limits.answerBytes)")
        }
        guard assemblies[part.id] != nil || assemblies.count < limits.partedAnswers else { return .wait }
        let new = Assembly(digest: part.digest.octets, total: part.total)
        var assembly = assemblies[part.id] ?? new
        // The question was asked again and answered anew.
        if assembly.digest != new.digest || assembly.total != new.total { assembly = new }
        let have = UInt64(assembly.bytes.count)
        guard part.offset == have else {
            assemblies[part.id] = assembly
            // Only the first piece asks on when it comes again: a doubled piece must not double the rest.
            return part.offset == 0 ? .next(offset: have) : .wait
        }
        guard !bytes.isEmpty, bytes.count <= limits.chunkBytes, UInt64(bytes.count) <= part.total - have else {
            return .reject("answer \(part.id): a piece that does not fit")
        }
        assembly.bytes += bytes
        guard UInt64(assembly.bytes.count) == part.total else {
            assemblies[part.id] = assembly
            return .next(offset: UInt64(assembly.bytes.count))
        }
        assemblies[part.id] = nil
        guard FormatDigest.sha256(assembly.bytes) == assembly.digest else {
            return .reject("answer \(part.id): its pieces have another digest")
        }
        return .complete(assembly.bytes)
    }

    mutating func forget(_ id: UInt64) { assemblies[id] = nil }
    mutating func clear() { assemblies = [:] }
}
