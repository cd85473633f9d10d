/// One opening of a journal's directory, and the openings before it.
///
/// A number alone does not tell a restored copy from the directory it was copied from: both go on counting. Each
/// opening therefore draws a name of its own, and whoever was served in an opening that this copy does not know was
/// served by another copy.
package struct JournalTerm: Hashable, Sendable {
    /// Rises with every opening.
    package var number: UInt64
    /// Drawn at this opening; never 0.
    package var name: UInt64
    /// Names of all openings of this copy, with those before it was copied.
    package var known: Set<UInt64>
    /// A restored copy was accepted at this number: openings before it are forgiven, whoever's they were.
    package var acceptedFrom: UInt64

    package init(number: UInt64, name: UInt64, known: Set<UInt64> = [], acceptedFrom: UInt64 = 0) {
        self.number = number
        self.name = name
        self.known = known.union([name])
        self.acceptedFrom = acceptedFrom
    }

    /// The first session of this opening has the epoch after this one.
    package var firstEpoch: UInt64 { number << 32 }

    /// False when the peer was served by another copy. `name` 0: by a version that drew none.
    package func knows(name: UInt64, epoch: UInt64) -> Bool {
        epoch == 0 || known.contains(name) || (epoch >> 32) <= acceptedFrom || (name == 0 && epoch < firstEpoch)
    }
}
