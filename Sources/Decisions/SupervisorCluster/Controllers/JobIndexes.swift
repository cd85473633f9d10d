internal import ResourceModel

/// The completion indexes of an indexed Job (`completionMode: Indexed`).
struct JobIndexes {
    static let annotation = "batch.kubernetes.io/job-completion-index"
    let total: Int
    let succeeded: Set<Int>
    private let taken: Set<Int>

    /// Nil when the Job is not indexed.
    init?(job: Value, pods: [Value]) {
        guard job.textAt("spec", "completionMode") == "Indexed", let total = job.intAt("spec", "completions") else {
            return nil
        }
        self.total = total
        succeeded = Set(
            pods.filter { $0.textAt("status", "phase") == "Succeeded" }.compactMap(Self.index).filter { $0 < total })
        taken = Set(pods.filter(\.isPodActive).compactMap(Self.index))
    }

    static func index(of pod: Value) -> Int? { Int(pod.objectAnnotations[annotation] ?? "") }

    /// The lowest indexes that nobody works on.
    func free(_ count: Int) -> [Int] {
        Array((0..<total).lazy.filter { !succeeded.contains($0) && !taken.contains($0) }.prefix(max(0, count)))
    }

    /// `0-2,5`, as `status.completedIndexes` has it.
    var text: String {
        var runs: [(Int, Int)] = []
        for index in succeeded.sorted() {
            if let last = runs.last, last.1 == index - 1 {
                runs[runs.count - 1].1 = index
            } else {
                runs.append((index, index))
            }
        }
        return runs.map { run in
            switch run.1 - run.0 {
            case 0: "\(run.0)"
            case 1: "\(run.0),\(run.1)"
            default: "\(run.0)-\(run.1)"
            }
        }.joined(separator: ",")
    }
}
