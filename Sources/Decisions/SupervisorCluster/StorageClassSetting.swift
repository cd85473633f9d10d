package import FleetModel
package import ResourceModel

/// A storage class that a fresh Supervisor has.
package struct StorageClassSetting: Hashable, Sendable {
    package var name: String
    package var provisioner = "csi.vsphere.vmware.com"
    package var isDefault = false
    package var allowsExpansion = false
    package var reclaimPolicy = "Delete"
    package var bindingMode = "Immediate"

    package init(name: String) { self.name = name }

    /// vSAN's default storage policy (vSphere makes a class of each policy, and one that binds late), and one whose
    /// volumes cannot grow.
    package static let standard: [StorageClassSetting] = {
        var first = StorageClassSetting(name: "vsan-default-storage-policy")
        first.isDefault = true
        first.allowsExpansion = true
        var late = StorageClassSetting(name: "vsan-default-storage-policy-latebinding")
        late.allowsExpansion = true
        late.bindingMode = "WaitForFirstConsumer"
        return [first, late, StorageClassSetting(name: "vsan-fixed-size")]
    }()

    /// Most storage classes of one Supervisor.
    package static let maximum = 100

    /// As configuration carries them: name, provisioner, default, allowVolumeExpansion, reclaimPolicy and
    /// volumeBindingMode; all but the name may be left out.
    package static func read(_ items: [Value]) throws(FleetError) -> [StorageClassSetting] {
        guard items.count <= maximum else {
            throw FleetError(.invalidArgument, "storageClasses: \(items.count) items, at most \(maximum)")
        }
        var classes: [StorageClassSetting] = []
        for item in items {
            let read = try StorageClassSetting(item)
            guard !classes.contains(where: { $0.name == read.name }) else {
                throw FleetError(.invalidArgument, "storageClasses: \(read.name) is there twice")
            }
            classes.append(read)
        }
        guard classes.count(where: \.isDefault) <= 1 else {
            throw FleetError(.invalidArgument, "storageClasses: at most one is the default")
        }
        return classes
    }

    private init(_ item: Value) throws(FleetError) {
        let name = item["name"]?.stringValue ?? ""
        guard Names.isSubdomain(name) else {
            throw FleetError(
                .invalidArgument, "storageClasses: \"\(name)\" is no name",
                reason: "lower case letters, digits, '-' and '.'")
        }
        self.init(name: name)
        provisioner = try Self.text(item, "provisioner", name) ?? provisioner
        isDefault = try Self.flag(item, "default", name) ?? isDefault
        allowsExpansion = try Self.flag(item, "allowVolumeExpansion", name) ?? allowsExpansion
        reclaimPolicy = try Self.text(item, "reclaimPolicy", name, ["Delete", "Retain"]) ?? reclaimPolicy
        bindingMode =
            try Self.text(item, "volumeBindingMode", name, ["Immediate", "WaitForFirstConsumer"]) ?? bindingMode
    }

    private static func text(
        _ item: Value, _ key: String, _ name: String, _ allowed: [String] = []
    ) throws(FleetError) -> String? {
        guard let value = item[key], !value.isNull else { return nil }
        guard let text = value.stringValue, !text.isEmpty, allowed.isEmpty || allowed.contains(text) else {
            throw FleetError(
                .invalidArgument, "storageClasses: \(key) of \(name) cannot be \(JSONWriter.text(value).prefix(100))",
                reason: allowed.isEmpty ? "a text" : "one of \(allowed.joined(separator: ", "))")
        }
        return text
    }

    private static func flag(_ item: Value, _ key: String, _ name: String) throws(FleetError) -> Bool? {
        guard let value = item[key], !value.isNull else { return nil }
        guard let flag = value.boolValue else {
            throw FleetError(.invalidArgument, "storageClasses: \(key) of \(name) must be true or false")
        }
        return flag
    }

    /// A storage policy's id, the same for the same name.
    private var policyID: String {
        let hash = name.utf8.reduce(into: UInt64(5381)) { $0 = $0 &* 33 ^ UInt64($1) }
        var entropy = ClusterEntropy(seed: hash)
        return entropy.uid()
    }

    var object: Value {
        var object: Value = [
            "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": ["name": .string(name)],
            "provisioner": .string(provisioner), "reclaimPolicy": .string(reclaimPolicy),
            "volumeBindingMode": .string(bindingMode), "allowVolumeExpansion": .bool(allowsExpansion),
            "parameters": ["storagePolicyID": .string(policyID), "storagePolicyName": .string(name)],
        ]
        if isDefault {
            object[at: "metadata", "annotations"] = ["storageclass.kubernetes.io/is-default-class": "true"]
        }
        return object
    }
}
