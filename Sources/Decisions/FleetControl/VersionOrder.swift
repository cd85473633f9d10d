internal import ResourceModel

/// The order of package versions as kapp-controller has it; text that is no version comes first, by its letters.
enum VersionOrder {
    static func isOlder(_ left: String, than right: String) -> Bool {
        switch (PackageVersion(tolerant: left), PackageVersion(tolerant: right)) {
        case (let left?, let right?): left < right
        case (nil, nil): left < right
        case (nil, _?): true
        case (_?, nil): false
        }
    }
}
