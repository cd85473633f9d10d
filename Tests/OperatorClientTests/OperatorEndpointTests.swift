import FleetModel
import OperatorClient
import Testing

@Suite struct OperatorEndpointTests {
    @Test(arguments: [
        ("unix:///run/flotilla/operator.sock", "unix:///run/flotilla/operator.sock"),
        ("/run/x.sock", "unix:///run/x.sock"), ("http://127.0.0.1:7442/", "http://127.0.0.1:7442"),
        ("http://[::1]:7442", "http://[::1]:7442"), ("https://fleet.example:7443", "https://fleet.example:7443"),
    ])
    func readsWhatOperatorsType(text: String, expected: String) throws {
        #expect(try OperatorEndpoint(text).description == expected)
    }

    @Test(arguments: [
        "", "localhost:80", "ftp://x", "https://", "http://:80", "unix:///" + String(repeating: "a", count: 108),
    ])
    func refusesTheRest(text: String) {
        #expect(throws: FleetError.self) { try OperatorEndpoint(text) }
    }

    @Test(arguments: ["http://10.0.0.5:7442", "http://fleet.example", "http://127.0.0.1.example", "http://127.1:80"])
    func plainTextLeavesNoHost(text: String) {
        let error = #expect(throws: FleetError.self) { try OperatorEndpoint(text) }
        #expect(error?.message == "\(text) is not on this host")
        #expect(error?.next.contains("https://") == true)
    }
}
