/// One request to a registry, as often as it takes.
struct RegistryRequest: Sendable {
    var method = "GET"
    var address: WebAddress
    var accept: [String] = []
    /// First byte wanted of the body; 0 = all of it.
    var from = 0
    var form: [UInt8] = []
}
