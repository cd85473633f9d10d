package import ResourceModel

/// What a custom kind without a controller of its own turns into: a status, and perhaps a Secret.
///
/// Texts may hold `{name}`, `{namespace}`, `{uid}`, `{now}` and `{field:spec.a.b}`; a text that is exactly
/// `{generation}` becomes the number.
package struct ReadyRule: Sendable, Hashable {
    /// A Secret that belongs to the object's readiness (cert-manager's TLS secret).
    package struct SecretRule: Sendable, Hashable {
        /// Where the object names the Secret; nothing is made when it names none.
        package var nameField: [String]
        package var type: String
        /// Values before base64. `{pem:LABEL}` stands for a PEM block with that label.
        package var data: [String: String]

        package init(nameField: [String], type: String, data: [String: String]) {
            self.nameField = nameField
            self.type = type
            self.data = data
        }
    }

    package var kind: GroupVersionKind
    /// From the object's creation or change; nil = `ControllerSettings.certificateIssue`.
    package var after: Duration?
    /// Fields of `status`; `conditions` are merged by type and get their `lastTransitionTime`.
    package var status: Value
    package var secret: SecretRule?

    package init(
        kind: GroupVersionKind, after: Duration? = nil, status: Value, secret: SecretRule? = nil
    ) {
        self.kind = kind
        self.after = after
        self.status = status
        self.secret = secret
    }

    /// Kinds that packages bring and wait for: cert-manager's, Contour's, Velero's (also the sample catalog's copy of
    /// it), and aggregated APIs.
    package static let standard: [ReadyRule] = {
        func certManager(_ kind: String) -> GroupVersionKind {
            GroupVersionKind(group: "cert-manager.io", version: "v1", kind: kind)
        }
        let issuer: Value = [
            "conditions": [
                [
                    "type": "Ready", "status": "True", "reason": "IsReady", "message": "Signing CA verified",
                    "observedGeneration": "{generation}",
                ]
            ]
        ]
        let certificate: Value = [
            "conditions": [
                [
                    "type": "Ready", "status": "True", "reason": "Ready",
                    "message": "Certificate is up to date and has not expired",
                    "observedGeneration": "{generation}",
                ]
            ],
            "revision": 1,
        ]
        let proxy: Value = [
            "currentStatus": "valid", "description": "Valid HTTPProxy",
            "conditions": [
                [
                    "type": "Valid", "status": "True", "reason": "Valid", "message": "Valid HTTPProxy",
                    "observedGeneration": "{generation}",
                ]
            ],
            "loadBalancer": [:],
        ]
        let service: Value = [
            "conditions": [
                ["type": "Available", "status": "True", "reason": "Passed", "message": "all checks passed"]
            ]
        ]
        let locations = ["velero.io", "velero.samples.flotilla.dev"].map { group in
            ReadyRule(
                kind: GroupVersionKind(group: group, version: "v1", kind: "BackupStorageLocation"),
                status: ["phase": "Available"])
        }
        return locations + [
            ReadyRule(
                kind: GroupVersionKind(group: "apiregistration.k8s.io", version: "v1", kind: "APIService"),
                status: service),
            ReadyRule(kind: certManager("Issuer"), status: issuer),
            ReadyRule(kind: certManager("ClusterIssuer"), status: issuer),
            ReadyRule(
                kind: certManager("Certificate"), status: certificate,
                secret: SecretRule(
                    nameField: ["spec", "secretName"], type: "kubernetes.io/tls",
                    data: [
                        "tls.crt": "{pem:CERTIFICATE}", "tls.key": "{pem:RSA PRIVATE KEY}",
                        "ca.crt": "{pem:CERTIFICATE}",
                    ])),
            ReadyRule(
                kind: GroupVersionKind(group: "projectcontour.io", version: "v1", kind: "HTTPProxy"), status: proxy),
        ]
    }()
}
