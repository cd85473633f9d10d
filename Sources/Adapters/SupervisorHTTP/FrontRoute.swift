/// Which Supervisor a request is for.
enum FrontRoute: Sendable {
    case one(SimulatedSupervisor)
    /// By the first segment of the path.
    case prefixed([String: SimulatedSupervisor])

    /// The Supervisor and the request target as it sees it.
    func find(_ target: String) -> (SimulatedSupervisor, String)? {
        switch self {
        case .one(let supervisor): return (supervisor, target)
        case .prefixed(let supervisors):
            let path = target.dropFirst()
            let end = path.firstIndex { $0 == "/" || $0 == "?" } ?? path.endIndex
            guard target.first == "/", let supervisor = supervisors[String(path[..<end])] else { return nil }
            let rest = path[end...]
            return (supervisor, rest.isEmpty ? "/" : rest.first == "/" ? String(rest) : "/" + rest)
        }
    }
}
