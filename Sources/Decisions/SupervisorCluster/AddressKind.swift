/// What an address or port is for.
package enum AddressKind: String, Sendable, CaseIterable {
    case pod, cluster, loadBalancer, nodePort
}
