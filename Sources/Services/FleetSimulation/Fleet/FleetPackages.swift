internal import FleetModel
internal import ResourceModel

/// The two services that a simulated fleet manages.
enum FleetPackages {
    /// Rendered by ytt from values; has a claim, and in some seeds a workload.
    static let alpha = ServiceID("alpha.simulation.local")
    /// Plain manifests, no values.
    static let beta = ServiceID("beta.simulation.local")
    /// Name of the ConfigMap by which a checker sees what is applied; of the claim too.
    static let settings = "settings"
    static let claim = "data"
    /// The Deployment of versions with a workload.
    static let workloadName = "web"
    /// A version of alpha that has no claim: an upgrade to it would lose the data.
    static let claimless = "1.3.0"

    static func documents(_ service: ServiceID, version: String, hasWorkload: Bool) -> [SourceDocument] {
        let files: [String: Value] =
            service == alpha
            ? ["config/values.yaml": .string(schema), "config/app.yaml": .string(template(version, hasWorkload))]
            : ["config/app.yaml": .string(plain(version))]
        let steps: Value =
            service == alpha ? [["ytt": ["paths": ["config/"]]]] : [["kbld": ["paths": ["config/"]]]]
        let package: Value = [
            "apiVersion": "data.packaging.carvel.dev/v1alpha1", "kind": "Package",
            "metadata": ["name": .string("\(service).\(version)")],
            "spec": [
                "refName": .string(service.rawValue), "version": .string(version),
                "template": [
                    "spec": [
                        "fetch": [["inline": ["paths": .object(files)]]], "template": steps,
                        "deploy": [["kapp": [:]]],
                    ]
                ],
            ],
        ]
        return [SourceDocument(name: "package.yaml", text: YAMLWriter.text(package))]
    }

    private static let schema = """
        #@data/values
        ---
        message: none
        claim: true
        broken: false

        """

    private static func template(_ version: String, _ hasWorkload: Bool) -> String {
        """
        #@ load("@ytt:data", "data")
        #@ load("@ytt:assert", "assert")
        #@ if data.values.broken:
        #@   assert.fail("broken on purpose")
        #@ end
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: settings
        data:
          message: #@ data.values.message
          version: "\(version)"
        #@ if data.values.claim and "\(version)" != "\(claimless)":
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata:
          name: data
        spec:
          accessModes: [ReadWriteOnce]
          resources:
            requests:
              storage: 1Gi
        #@ end

        """ + (hasWorkload ? workload : "")
    }

    private static let workload = """
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: \(workloadName)
        spec:
          replicas: 1
          selector:
            matchLabels:
              app: web
          template:
            metadata:
              labels:
                app: web
            spec:
              containers:
              - name: \(workloadName)
                image: registry.example.com/web:1

        """

    private static func plain(_ version: String) -> String {
        """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: settings
        data:
          message: plain
          version: "\(version)"

        """
    }
}
