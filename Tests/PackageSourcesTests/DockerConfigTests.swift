import FleetModel
import PackageSources
import Testing

@Suite struct DockerConfigTests {
    func credential(_ json: String, _ host: String) throws -> RegistryCredential? {
        let folder = try ScratchFolder()
        try folder.write(Array(json.utf8), to: "config.json")
        return try DockerConfig(path: "\(folder.path)/config.json").credential(for: host)
    }

    @Test(arguments: [
        (#"{"auths":{"r.example.com:5000":{"auth":"cm9ib3Q6czNjcmV0"}}}"#, "r.example.com:5000"),
        (#"{"auths":{"https://r.example.com/v1/":{"username":"robot","password":"s3cret"}}}"#, "r.example.com"),
        (#"{"auths":{"docker.io":{"auth":"cm9ib3Q6czNjcmV0"}}}"#, "index.docker.io"),
        (#"{"auths":{"https://index.docker.io/v1/":{"auth":"cm9ib3Q6czNjcmV0"}}}"#, "index.docker.io"),
    ])
    func passwordsAreFoundByHost(json: String, host: String) throws {
        #expect(try credential(json, host) == .password(user: "robot", password: "s3cret"))
        #expect(try credential(json, "other.example.com") == nil)
    }

    @Test func tokensAreKept() throws {
        let json = #"{"auths":{"a.example.com":{"identitytoken":"i"},"b.example.com":{"registrytoken":"r"}}}"#
        #expect(try credential(json, "a.example.com") == .identityToken("i"))
        #expect(try credential(json, "b.example.com") == .registryToken("r"))
    }

    @Test(arguments: [
        #"{"credsStore":"desktop"}"#, #"{"credHelpers":{"r.example.com":"ecr"}}"#, "[]", "{",
        #"{"auths":{"r.example.com":{"auth":"no colon"}}}"#,
    ])
    func whatCannotBeUsedIsRefused(json: String) {
        let error = #expect(throws: FleetError.self) { try credential(json, "r.example.com") }
        #expect(error?.message.contains("the docker configuration") == true)
    }
}
