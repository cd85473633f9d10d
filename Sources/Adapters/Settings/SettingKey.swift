internal import FleetModel

/// One key of a configuration: its name, what it is, its default and its meaning.
///
/// The table of a process's keys is the one source for reading, for "did you mean", and for the commented files under
/// `Config/`, which a test holds against it.
package struct SettingKey: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case text
        case number(ClosedRange<Int>)
        /// A number with a fraction, above zero.
        case factor
        case flag
        /// `90s`, `10m`, `24h`; read in seconds.
        case duration
        case choice([String])
        /// A list of mappings with these fields; in the environment as YAML flow text.
        case list(fields: [String])
        /// Names of one's own with any YAML value; in the environment as YAML flow text.
        case mapping
    }

    /// Dotted path in the file: `operator.socket`; in the environment `FLOTILLA_OPERATOR_SOCKET`.
    package var name: String
    package var kind: Kind
    /// As it stands in the file; lists are empty by default unless given as YAML flow text.
    package var standard: String
    package var help: String

    package init(_ name: String, _ kind: Kind, _ standard: String, _ help: String) {
        self.name = name
        self.kind = kind
        self.standard = standard
        self.help = help
    }
}
