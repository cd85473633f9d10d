package import ResourceModel

/// One change of one object, kept for watchers and for lists at an older revision.
package struct WatchRecord: Sendable {
    package enum Change: String, Sendable {
        case added = "ADDED"
        case modified = "MODIFIED"
        case deleted = "DELETED"
    }

    package var revision: Int
    package var change: Change
    package var key: ObjectKey
    /// The object after the change; its last state with the new resourceVersion when deleted.
    package var object: Value
    /// The object before the change; nil when it was created.
    package var previous: Value?
}
