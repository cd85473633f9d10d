internal import FleetControl
internal import FleetVerification
internal import ResourceModel

extension Documents {
    static func verification(_ report: FleetVerification.Report) -> Value {
        document(
            "Verification",
            [
                "holds": .bool(report.holds), "records": .int(Int64(report.records)),
                "commands": .int(Int64(report.commands)), "reports": .int(Int64(report.reports)),
                "agents": .int(Int64(report.agents)), "clusters": .int(Int64(report.clusters)),
                "objects": .int(Int64(report.objects)),
                "findings": .array(
                    report.findings.map { finding in
                        [
                            "severity": .string(finding.severity.rawValue), "kind": .string(finding.kind),
                            "object": .string(finding.object), "detail": .string(finding.detail),
                            "position": finding.position.map { .int(Int64(clamping: $0)) } ?? .null,
                            "next": .string(finding.next),
                        ]
                    }),
            ])
    }
}
