/// What the API server does with a request: answers at once, or opens a watch stream.
package enum APIReply: Sendable {
    case response(APIResponse)
    /// The caller pulls lines with `ClusterState.nextLines` until the session has ended.
    case watch(WatchSession)
}
