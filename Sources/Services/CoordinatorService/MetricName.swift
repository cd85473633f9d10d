/// Names of the coordinator's metrics.
package enum MetricName {
    package static let commands = "flotilla_commands_total"
    package static let refusals = "flotilla_command_refusals_total"
    package static let accessRefused = "flotilla_access_refused_total"
    package static let records = "flotilla_journal_records_total"
    package static let appends = "flotilla_journal_appends_total"
    package static let reports = "flotilla_reports_total"
    package static let rejectedFrames = "flotilla_link_rejected_total"
    package static let shutOuts = "flotilla_link_shut_outs_total"
    package static let connected = "flotilla_supervisors_connected"
    package static let position = "flotilla_journal_position"
    package static let snapshots = "flotilla_journal_snapshots_total"
}
