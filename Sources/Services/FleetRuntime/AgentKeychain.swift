package import FleetModel

/// An agent's own keys while it changes them. Secret keys never leave it.
package protocol AgentKeychain: Sendable {
    /// The public key that was made and is not in use yet.
    var waiting: LinkKey? { get }
    /// Whether the key in use is older than the agent's setting allows.
    var isOfAge: Bool { get }
    /// Makes a new key, on disk before it returns; the one that waits, when there is one. Its public key.
    func prepare() throws(FleetError) -> LinkKey
    /// Which key the transport dials with from now on.
    func use(_ key: AgentKeyChoice)
    /// The new key takes the old one's place on the disk.
    func settle() throws(FleetError)
    /// Throws the new key away; the old one is in use.
    func discard()
}

package enum AgentKeyChoice: Hashable, Sendable { case old, new }
