/// Decides whose new connections are dropped before they cost anything: those of addresses whose connections end
/// without a word that was let in, again and again.
///
/// A connection whose peer spoke (its handshake succeeded) is never held against its address, however many there are
/// and however often they come back. Times are since any one moment, by a clock that does not jump.
package struct ConnectionGuard: Sendable {
    package typealias Address = UInt32

    /// Every bound, by name.
    package struct Limits: Hashable, Sendable {
        /// Failed connections of one address a second, `burstSeconds` of them at once. 0: nobody is shut out.
        package var failuresPerSecond = 20
        package var burstSeconds = 5
        /// How long new connections of an address are dropped.
        package var pause: Duration = .seconds(10)
        /// Connections of one address whose peer has not spoken yet.
        package var unspoken = 4096
        /// Addresses that are counted at once.
        package var addresses = 1024
        /// Addresses that are shut out at once.
        package var shutOut = 256
        /// Failures that cannot be held against an address (there are too many, or the peer was gone before it was
        /// asked for) have this many times an address's allowance together.
        package var othersFactor = 10
        /// The share of connections that pass while the others are over their allowance.
        package var othersShare = 0.25

        package init() {}

        package var burst: Int { failuresPerSecond * burstSeconds }
    }

    /// The other end of a connection.
    package struct Peer: Hashable, Sendable {
        package var address: Address
        package var port: UInt16

        package init(address: Address, port: UInt16) {
            self.address = address
            self.port = port
        }
    }

    /// What the kernel is to drop.
    package struct Filter: Hashable, Sendable {
        package var addresses: [Address] = []
        /// The share of all other connections that passes.
        package var othersShare = 1.0

        package init() {}
    }

    /// A pause that began.
    package enum ShutOut: Hashable, Sendable {
        case failures(Address)
        case unspoken(Address)
        /// Of all addresses that are not shut out, most connections are dropped.
        case others
    }

    private struct Connection {
        var peer: Peer?
        var spoke = false
    }

    /// A token bucket: what is left of the allowance of one address.
    private struct Allowance {
        var left: Double
        var at: Duration
        var unspoken = 0

        mutating func refill(_ at: Duration, rate: Double, burst: Double) {
            left = min(burst, left + max(0, (at - self.at) / .seconds(1)) * rate)
            self.at = at
        }
    }

    package let limits: Limits
    /// What is to be dropped now.
    package private(set) var filter = Filter()
    /// By descriptor: as many as the process may have.
    private var connections: [Int32: Connection] = [:]
    private var allowances: [Address: Allowance] = [:]
    private var others: Allowance
    private var shutOut: [Address: Duration] = [:]
    private var othersUntil: Duration?

    package init(limits: Limits) {
        self.limits = limits
        others = Allowance(left: Double(limits.burst * limits.othersFactor), at: .zero)
    }

    // MARK: Inputs

    /// A connection began; `peer` is who is at its descriptor now, which may be one that came later.
    package mutating func accepted(_ connection: Int32, peer: Peer?, at: Duration) -> [ShutOut] {
        var told: [ShutOut] = []
        if let before = connections[connection] {
            // The same peer twice: the first time it was asked for it had come already, in the place of another.
            if let peer, before.peer == peer { return [] }
            told = close(before, at: at)
        }
        connections[connection] = Connection(peer: peer)
        guard let peer else { return told }
        var allowance = allowances[peer.address] ?? fresh(at)
        allowance.unspoken += 1
        allowances[peer.address] = allowance
        makeRoom(besides: peer.address, at: at)
        if allowance.unspoken > limits.unspoken {
            told += begin(peer.address, .unspoken(peer.address), at: at)
        }
        return told
    }

    /// A connection ended; `peer` is who is at its descriptor now, if anybody.
    package mutating func ended(_ connection: Int32, peer: Peer?, at: Duration) -> [ShutOut] {
        guard let known = connections[connection] else { return charge(nil, at: at) }
        // Still there: what ended came before it, or is about to be closed. The next one of this descriptor will tell.
        if let peer, known.peer == peer { return [] }
        connections[connection] = nil
        return close(known, at: at)
    }

    /// The peer of this connection is somebody; false when that is news.
    package mutating func spoke(_ connection: Int32) -> Bool {
        guard let known = connections[connection] else { return false }
        if known.spoke { return true }
        connections[connection]?.spoke = true
        settle(known)
        return false
    }

    /// When `passed` is to be called next.
    package var deadline: Duration? { [shutOut.values.min(), othersUntil].compactMap(\.self).min() }

    /// Ends the pauses that are over.
    package mutating func passed(_ at: Duration) {
        for (address, end) in shutOut where end <= at {
            shutOut[address] = nil
            let unspoken = allowances[address]?.unspoken ?? 0
            allowances[address] = fresh(at)
            allowances[address]?.unspoken = unspoken
        }
        if let end = othersUntil, end <= at {
            othersUntil = nil
            others = Allowance(left: Double(limits.burst * limits.othersFactor), at: at)
        }
        draw()
    }

    // MARK: Rules

    private func fresh(_ at: Duration) -> Allowance { Allowance(left: Double(limits.burst), at: at) }

    private mutating func settle(_ connection: Connection) {
        guard let address = connection.peer?.address, allowances[address] != nil else { return }
        allowances[address]?.unspoken -= 1
        forget(address)
    }

    private mutating func close(_ connection: Connection, at: Duration) -> [ShutOut] {
        guard !connection.spoke else { return [] }
        let told = charge(connection.peer?.address, at: at)
        settle(connection)
        return told
    }

    /// One failure more.
    private mutating func charge(_ address: Address?, at: Duration) -> [ShutOut] {
        guard limits.failuresPerSecond > 0 else { return [] }
        let rate = Double(limits.failuresPerSecond)
        guard let address else { return chargeOthers(at: at) }
        // What was under way when the pause began, or had been let in before it.
        if shutOut[address] != nil { return [] }
        var allowance = allowances[address] ?? fresh(at)
        allowance.refill(at, rate: rate, burst: Double(limits.burst))
        allowance.left -= 1
        allowances[address] = allowance
        makeRoom(besides: address, at: at)
        guard allowance.left < 0 else { return [] }
        return begin(address, .failures(address), at: at)
    }

    private mutating func chargeOthers(at: Duration) -> [ShutOut] {
        guard othersUntil == nil else { return [] }
        let factor = Double(limits.othersFactor)
        others.refill(at, rate: Double(limits.failuresPerSecond) * factor, burst: Double(limits.burst) * factor)
        others.left -= 1
        guard others.left < 0 else { return [] }
        othersUntil = at + limits.pause
        draw()
        return [.others]
    }

    private mutating func begin(_ address: Address, _ told: ShutOut, at: Duration) -> [ShutOut] {
        guard limits.failuresPerSecond > 0, shutOut[address] == nil else { return [] }
        guard shutOut.count < limits.shutOut else {
            allowances[address]?.left = 0
            return chargeOthers(at: at)
        }
        shutOut[address] = at + limits.pause
        draw()
        return [told]
    }

    private mutating func draw() {
        filter.addresses = shutOut.keys.sorted()
        filter.othersShare = othersUntil == nil ? 1 : limits.othersShare
    }

    /// An address with nothing against it and nobody waiting needs no place.
    private mutating func forget(_ address: Address) {
        guard let known = allowances[address], known.unspoken <= 0 else { return }
        if known.left >= Double(limits.burst) { allowances[address] = nil } else { allowances[address]?.unspoken = 0 }
    }

    /// Takes the place of the address with the least against it.
    private mutating func makeRoom(besides kept: Address, at: Duration) {
        guard allowances.count > limits.addresses else { return }
        let rate = Double(limits.failuresPerSecond)
        let left = allowances.compactMap { address, allowance -> (left: Double, address: Address)? in
            guard address != kept else { return nil }
            var allowance = allowance
            allowance.refill(at, rate: rate, burst: Double(limits.burst))
            return (allowance.left, address)
        }
        if let best = left.max(by: <) { allowances[best.address] = nil }
    }
}

extension ConnectionGuard {
    /// `10.0.0.9`.
    package static func text(_ address: Address) -> String {
        [24, 16, 8, 0].map { "\(address >> $0 & 255)" }.joined(separator: ".")
    }
}
