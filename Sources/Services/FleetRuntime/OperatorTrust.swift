/// PEM files of a TLS connection to a coordinator; nil = the system's authorities, no client certificate.
package struct OperatorTrust: Hashable, Sendable {
    package var authorityFile: String?
    package var certificateFile: String?
    package var keyFile: String?

    package init(authorityFile: String? = nil, certificateFile: String? = nil, keyFile: String? = nil) {
        self.authorityFile = authorityFile
        self.certificateFile = certificateFile
        self.keyFile = keyFile
    }

    /// Each file from here, else from `other`.
    package func over(_ other: OperatorTrust) -> OperatorTrust {
        OperatorTrust(
            authorityFile: authorityFile ?? other.authorityFile,
            certificateFile: certificateFile ?? other.certificateFile, keyFile: keyFile ?? other.keyFile)
    }
}
