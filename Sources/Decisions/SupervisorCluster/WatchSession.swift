package import FleetModel
internal import ResourceModel

/// One open watch: where it stands in the history and what it selects.
///
/// Nothing is buffered for a watcher. It pulls from the resource's bounded history; one that falls behind the history
/// gets the 410 line a real server sends, and has to list again.
package struct WatchSession: Sendable {
    var call: APICall
    var selection: ClusterState.Selection
    /// Lines that come before live changes: synthetic ADDED, or the error that ends the stream.
    var pending: [[UInt8]]
    var revision: Int
    var sendsBookmarks: Bool
    var nextBookmark: Timestamp
    var hasSentColumns = false
    package internal(set) var isEnded = false
    /// Real time at which the stream ends cleanly.
    package var deadline: Timestamp

    /// Real time at which there is something to do without a change: a bookmark, or the end.
    package var nextWake: Timestamp { sendsBookmarks ? min(nextBookmark, deadline) : deadline }

    /// The resource this watch looks at.
    package var resource: GroupResource { call.resource.groupResource }
}
