internal import ArgumentParser
internal import FleetModel
internal import FleetRuntime
internal import Foundation
internal import NIOSSL

/// What an operator may do, and the certificates that stand for it.
struct RightsOptions: ParsableArguments {
    @Option(help: "read, install, manage or administer. Repeatable; read is always there.")
    var role: [Privilege] = []

    @Option(name: .customLong("on"), help: "Where install holds: Supervisors, separated by commas.")
    var on: [String] = []

    @Option(name: [.customShort("l"), .customLong("selector")], help: "Where install holds: a label selector.")
    var selector: String?

    @Option(help: "A PEM client certificate that stands for the operator. Repeatable.")
    var certificate: [String] = []

    func command(_ id: OperatorID, isNew: Bool) throws(FleetError) -> FleetCommand {
        let names = on.flatMap { $0.split(separator: ",").map(String.init) }
        guard names.isEmpty || selector == nil else {
            throw FleetError(.invalidArgument, "--on and -l exclude each other", next: "say one of them")
        }
        let scope: TargetSelection =
            selector.map { .labels($0) } ?? (names.isEmpty ? .all : .named(names.map { SupervisorID($0) }))
        var digests: [ContentDigest] = []
        for file in certificate { digests.append(try Self.digest(of: file)) }
        return .setOperator(id, privileges: role, scope: scope, certificates: digests, isNew: isNew)
    }

    /// SHA-256 of the first certificate's DER form.
    private static func digest(of file: String) throws(FleetError) -> ContentDigest {
        let text = try Files.text(file)
        do {
            guard let first = try NIOSSLCertificate.fromPEMBytes(Array(text.utf8)).first else {
                throw FleetError(
                    .invalidArgument, "\(file) holds no certificate", next: "openssl x509 -in \(file) -noout -text")
            }
            return ContentDigest(sha256Of: try first.toDERBytes())
        } catch let error as FleetError { throw error } catch {
            throw FleetError(
                .invalidArgument, "\(file) is no PEM certificate", reason: "\(error)",
                next: "openssl x509 -in \(file) -noout -text")
        }
    }
}

extension Privilege: ExpressibleByArgument {}
